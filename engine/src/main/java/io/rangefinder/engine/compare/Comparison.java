package io.rangefinder.engine.compare;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Adds up how far INT8 outputs are from float ones. Not safe for use from several threads; memory
 * does not grow with the number of samples.
 *
 * <p>SQNR is {@code 10 log10(sum of float outputs squared / sum of squared differences)} over all
 * outputs that were added. Agreement is the share of samples whose greatest output is the same.
 */
public final class Comparison {

    private double signal;
    private double noise;
    private long samples;
    private long agreed;
    private long labelled;
    private long referenceRight;
    private long actualRight;

    /** Starts with nothing compared. */
    public Comparison() {}

    /**
     * Adds a batch of classifications.
     *
     * @param reference the float model's outputs, shape (samples, classes) with the last axis
     *     fastest
     * @param actual the INT8 model's outputs, of the same shape
     * @param classes the length of the last axis
     * @param labels the right class of each sample, if known
     * @throws IllegalArgumentException if the lengths do not fit each other
     */
    public void add(float[] reference, float[] actual, int classes, Optional<int[]> labels) {
        if (reference.length != actual.length
                || classes <= 0
                || reference.length % classes != 0
                || labels.map(l -> l.length * classes != reference.length).orElse(false)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%d and %d outputs of %d classes do not fit %s labels",
                            reference.length,
                            actual.length,
                            classes,
                            labels.map(l -> Integer.toString(l.length)).orElse("no")));
        }
        addValues(reference, actual);
        for (int i = 0; i < reference.length / classes; i++) {
            int expected = argmax(reference, i * classes, classes);
            int answered = argmax(actual, i * classes, classes);
            samples++;
            agreed += expected == answered ? 1 : 0;
            if (labels.isPresent()) {
                int label = labels.get()[i];
                labelled++;
                referenceRight += expected == label ? 1 : 0;
                actualRight += answered == label ? 1 : 0;
            }
        }
    }

    /**
     * Adds outputs that classify nothing: they count for the SQNR only.
     *
     * @param reference the float model's outputs
     * @param actual the INT8 model's outputs
     * @throws IllegalArgumentException if they are not of one length
     */
    public void addValues(float[] reference, float[] actual) {
        if (reference.length != actual.length) {
            throw new IllegalArgumentException(
                    "there are " + reference.length + " outputs and " + actual.length);
        }
        for (int i = 0; i < reference.length; i++) {
            double difference = (double) reference[i] - actual[i];
            signal += (double) reference[i] * reference[i];
            noise += difference * difference;
        }
    }

    private static int argmax(float[] values, int from, int length) {
        int best = from;
        for (int i = from + 1; i < from + length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best - from;
    }

    /**
     * The signal-to-quantization-noise ratio.
     *
     * @return decibels; infinite if there is no difference
     */
    public double sqnr() {
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }

    /**
     * The share of samples with the same greatest output.
     *
     * @return 0 to 1, or empty if no classifications were added
     */
    public OptionalDouble agreement() {
        return share(agreed, samples);
    }

    /**
     * The float model's top-1 accuracy.
     *
     * @return 0 to 1, or empty if there were no labels
     */
    public OptionalDouble referenceTop1() {
        return share(referenceRight, labelled);
    }

    /**
     * The INT8 model's top-1 accuracy.
     *
     * @return 0 to 1, or empty if there were no labels
     */
    public OptionalDouble actualTop1() {
        return share(actualRight, labelled);
    }

    private static OptionalDouble share(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }
}
