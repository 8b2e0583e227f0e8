package io.rangefinder.engine.prepare;

import java.util.Arrays;

/**
 * What is done to each channel of a layer's output: {@code factor * x + summand}. In float64.
 *
 * @param factors the factor of each channel
 * @param summands what is then added to it
 */
public record ChannelMap(double[] factors, double[] summands) {

    /**
     * Adds a bias and changes nothing else.
     *
     * @param bias what is added to each channel
     * @return the map
     */
    public static ChannelMap ofBias(double[] bias) {
        double[] ones = new double[bias.length];
        Arrays.fill(ones, 1);
        return new ChannelMap(ones, bias);
    }

    /** The number of channels. */
    int channels() {
        return factors.length;
    }

    /**
     * A batch norm: {@code (x - mean) s + beta} with {@code s = gamma / sqrt(variance + epsilon)}.
     *
     * @param gamma its scale
     * @param beta its bias
     * @param mean its running mean
     * @param variance its running variance, as long as the others
     * @param epsilon what is added to the variance
     * @return the map
     */
    public static ChannelMap ofNorm(
            double[] gamma, double[] beta, double[] mean, double[] variance, double epsilon) {
        double[] factors = new double[gamma.length];
        double[] summands = new double[gamma.length];
        for (int i = 0; i < gamma.length; i++) {
            factors[i] = gamma[i] / Math.sqrt(variance[i] + epsilon);
            summands[i] = beta[i] - mean[i] * factors[i];
        }
        return new ChannelMap(factors, summands);
    }

    /**
     * This, and then another.
     *
     * @param next the other, of as many channels
     * @return both in one
     */
    public ChannelMap then(ChannelMap next) {
        double[] both = new double[channels()];
        double[] sums = new double[channels()];
        for (int i = 0; i < both.length; i++) {
            both[i] = factors[i] * next.factors[i];
            sums[i] = summands[i] * next.factors[i] + next.summands[i];
        }
        return new ChannelMap(both, sums);
    }

    boolean scales() {
        return Arrays.stream(factors).anyMatch(f -> f != 1);
    }

    boolean isFinite() {
        return Arrays.stream(factors).allMatch(Double::isFinite)
                && Arrays.stream(summands).allMatch(Double::isFinite);
    }

    /**
     * The summands as the bias of a layer whose weight has the factors in it.
     *
     * @return a bias in float32
     */
    public float[] bias() {
        float[] bias = new float[channels()];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (float) summands[i];
        }
        return bias;
    }

    /**
     * The factors of a transposed convolution's weight, by pairs of a channel that comes in and one
     * of its group that goes out.
     *
     * @param inputs the weight's first axis: channels that come in
     * @param outputs its second: channels of a group that go out
     * @param groups the number of groups
     * @return {@code inputs * outputs} factors
     */
    public double[] byInput(int inputs, int outputs, long groups) {
        double[] result = new double[inputs * outputs];
        for (int i = 0; i < inputs; i++) {
            int group = (int) (i * groups / inputs);
            System.arraycopy(factors, group * outputs, result, i * outputs, outputs);
        }
        return result;
    }
}
