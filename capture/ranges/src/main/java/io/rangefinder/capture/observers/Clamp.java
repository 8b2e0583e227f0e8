package io.rangefinder.capture.observers;

/**
 * {@code y = min(max(x, low), high)}: what ReLU, ReLU6 and Hardtanh do. It is monotone and exact,
 * so that what was seen of x may tell what would have been seen of y.
 *
 * @param low the lower bound, maybe -inf
 * @param high the upper bound, maybe +inf
 */
public record Clamp(double low, double high) {

    /** The same numbers, maybe in another shape or order. */
    public static final Clamp NONE = new Clamp(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /**
     * This first, then another.
     *
     * @param next the other
     * @return both as one
     */
    public Clamp then(Clamp next) {
        return new Clamp(next.apply(low), next.apply(high));
    }

    /**
     * Clamps a number.
     *
     * @param x a number other than NaN
     * @return the number within the bounds that is next to it
     */
    public double apply(double x) {
        return Math.min(Math.max(x, low), high);
    }

    /**
     * Whether a bound is the same number in every floating-point type, bfloat16 among them.
     *
     * @param bound a bound
     * @return true if it is
     */
    public static boolean isExact(double bound) {
        return Double.isInfinite(bound)
                || Math.abs(bound) < 32 && bound * 4 == Math.rint(bound * 4);
    }
}
