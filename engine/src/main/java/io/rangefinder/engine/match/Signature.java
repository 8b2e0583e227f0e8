package io.rangefinder.engine.match;

/**
 * A tensor's values with what is needed to compare them fast.
 *
 * @param values the elements, the last axis fastest
 * @param amax the largest magnitude
 * @param deviation the standard deviation
 * @param finite whether all are finite
 */
record Signature(float[] values, double amax, double deviation, boolean finite) {

    /** Below this many elements values may agree by accident. */
    private static final int LEAST_ELEMENTS = 4;

    private static final double LEAST_DEVIATION = 1e-6;

    /**
     * How far two computations of one tensor may differ, relative to amax (each element) and to the
     * deviation (on average): kernels and folded batch normalization change rounding, which a deep
     * network amplifies; seen were up to 1e-5.
     */
    static final double TOLERANCE = 1e-3;

    static Signature of(float[] values) {
        double amax = 0;
        double sum = 0;
        boolean finite = true;
        for (float v : values) {
            amax = Math.max(amax, Math.abs(v));
            sum += v;
            finite &= Float.isFinite(v);
        }
        double mean = sum / values.length;
        double squares = 0;
        for (float v : values) {
            squares += (v - mean) * (v - mean);
        }
        return new Signature(values, amax, Math.sqrt(squares / values.length), finite);
    }

    /** Whether the values tell the tensor from others: not few, not all the same. */
    boolean isTelling() {
        return finite && values.length >= LEAST_ELEMENTS && deviation > LEAST_DEVIATION * amax;
    }

    /**
     * The mean difference relative to the deviation; infinite for tensors that are not the same.
     */
    double distance(Signature other) {
        if (values.length != other.values.length
                || Math.abs(amax - other.amax) > TOLERANCE * amax
                || Math.abs(deviation - other.deviation) > TOLERANCE * deviation) {
            return Double.POSITIVE_INFINITY;
        }
        double most = TOLERANCE * amax;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = Math.abs((double) values[i] - other.values[i]);
            if (!(difference <= most)) {
                return Double.POSITIVE_INFINITY;
            }
            squares += difference * difference;
        }
        double relative = Math.sqrt(squares / values.length) / deviation;
        return relative <= TOLERANCE ? relative : Double.POSITIVE_INFINITY;
    }
}
