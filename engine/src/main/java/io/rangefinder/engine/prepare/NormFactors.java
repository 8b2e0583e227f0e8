package io.rangefinder.engine.prepare;

/**
 * A batch norm as a factor and a summand for each channel: the norm of {@code w x + b} is {@code (w
 * s) x + (b - mean) s + beta} with {@code s = gamma / sqrt(variance + epsilon)}. In float64.
 *
 * @param factors s
 * @param mean the mean of each channel
 * @param beta what is added last
 */
public record NormFactors(double[] factors, double[] mean, double[] beta) {

    /**
     * Takes a norm's parameters.
     *
     * @param gamma its scale
     * @param beta its bias
     * @param mean its running mean
     * @param variance its running variance, as long as the others
     * @param epsilon what is added to the variance
     * @return the factors
     */
    public static NormFactors of(
            double[] gamma, double[] beta, double[] mean, double[] variance, double epsilon) {
        double[] factors = new double[gamma.length];
        for (int i = 0; i < gamma.length; i++) {
            factors[i] = gamma[i] / Math.sqrt(variance[i] + epsilon);
        }
        return new NormFactors(factors, mean, beta);
    }

    /**
     * The bias of a layer that the norm is folded into.
     *
     * @param before the layer's bias
     * @return its bias with the norm, rounded to float32
     */
    public float[] bias(double[] before) {
        float[] bias = new float[factors.length];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (float) ((before[i] - mean[i]) * factors[i] + beta[i]);
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
