package io.rangefinder.capture.hooks;

import io.rangefinder.capture.statistics.TensorStatistics;

/**
 * {@code y = min(max(x, low), high)}: what ReLU, ReLU6 and Hardtanh do. It is monotone and exact,
 * so the statistics of y follow from those of x.
 *
 * @param low the lower bound, maybe -inf
 * @param high the upper bound, maybe +inf
 */
record Clamp(double low, double high) {

    static final Clamp NONE = new Clamp(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** This first, then {@code next}. */
    Clamp then(Clamp next) {
        return new Clamp(next.apply(low), next.apply(high));
    }

    private double apply(double x) {
        return Math.min(Math.max(x, low), high);
    }

    TensorStatistics apply(TensorStatistics x) {
        if (equals(NONE)) {
            return x;
        }
        double min = x.hasFinite() ? apply(x.min()) : Double.POSITIVE_INFINITY;
        double max = x.hasFinite() ? apply(x.max()) : Double.NEGATIVE_INFINITY;
        long negative = x.negativeInfinities();
        if (negative > 0 && low > Double.NEGATIVE_INFINITY) {
            min = Math.min(min, low);
            max = Math.max(max, low);
            negative = 0;
        }
        long positive = x.positiveInfinities();
        if (positive > 0 && high < Double.POSITIVE_INFINITY) {
            min = Math.min(min, high);
            max = Math.max(max, high);
            positive = 0;
        }
        return new TensorStatistics(x.count(), min, max, x.nanCount(), positive, negative);
    }

    /** Whether a bound is the same number in every floating-point type, bfloat16 among them. */
    static boolean isExact(double bound) {
        return Double.isInfinite(bound)
                || Math.abs(bound) < 32 && bound * 4 == Math.rint(bound * 4);
    }
}
