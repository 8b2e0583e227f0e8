package io.rangefinder.capture.statistics;

/**
 * What was seen in one tensor. Statistics add: {@link #merge} of two says what one would have said
 * that had seen both, in whichever order. Immutable.
 *
 * @param count the number of elements seen, NaN and infinities included
 * @param min the least finite element, {@code +Infinity} if there was none; never {@code -0.0}
 * @param max the greatest finite element, {@code -Infinity} if there was none; never {@code -0.0}
 * @param nanCount how many elements were NaN
 * @param positiveInfinities how many were {@code +Infinity}
 * @param negativeInfinities how many were {@code -Infinity}
 */
public record TensorStatistics(
        long count,
        double min,
        double max,
        long nanCount,
        long positiveInfinities,
        long negativeInfinities) {

    /** Nothing was seen: what merges with any other into that other. */
    public static final TensorStatistics EMPTY =
            new TensorStatistics(0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0);

    /**
     * Checks that the numbers agree, and makes {@code -0.0} the {@code 0.0} that it equals: which
     * of them was seen first must not show.
     *
     * @param count the number of elements seen
     * @param min the least finite element
     * @param max the greatest finite element
     * @param nanCount how many were NaN
     * @param positiveInfinities how many were {@code +Infinity}
     * @param negativeInfinities how many were {@code -Infinity}
     * @throws IllegalArgumentException if a count is negative, the parts are more than {@code
     *     count}, {@code min} or {@code max} is not finite or {@code min > max} though finite
     *     elements were seen, or they are not {@code +Infinity} and {@code -Infinity} though none
     *     was
     */
    public TensorStatistics {
        if (count < 0 || nanCount < 0 || positiveInfinities < 0 || negativeInfinities < 0) {
            throw new IllegalArgumentException(
                    "a count is negative: count "
                            + count
                            + ", NaN "
                            + nanCount
                            + ", +Infinity "
                            + positiveInfinities
                            + ", -Infinity "
                            + negativeInfinities);
        }
        // Subtracted one by one, since their sum may overflow.
        long finite = count - nanCount;
        finite = finite < 0 ? finite : finite - positiveInfinities;
        finite = finite < 0 ? finite : finite - negativeInfinities;
        if (finite < 0) {
            throw new IllegalArgumentException(
                    "more NaN and infinities than the count of all elements, " + count);
        }
        boolean extremesFit =
                finite == 0
                        ? min == Double.POSITIVE_INFINITY && max == Double.NEGATIVE_INFINITY
                        : Double.isFinite(min) && Double.isFinite(max) && min <= max;
        if (!extremesFit) {
            throw new IllegalArgumentException(
                    "min "
                            + min
                            + " and max "
                            + max
                            + " do not fit "
                            + finite
                            + " finite elements");
        }
        min += 0.0;
        max += 0.0;
    }

    /**
     * The statistics of all elements that this and another have seen. Commutative and associative:
     * the same to the bit in any order.
     *
     * @param other the other statistics
     * @return both together
     * @throws ArithmeticException if a count is beyond 2^63 - 1
     */
    public TensorStatistics merge(TensorStatistics other) {
        return new TensorStatistics(
                Math.addExact(count, other.count),
                Math.min(min, other.min),
                Math.max(max, other.max),
                Math.addExact(nanCount, other.nanCount),
                Math.addExact(positiveInfinities, other.positiveInfinities),
                Math.addExact(negativeInfinities, other.negativeInfinities));
    }

    /**
     * The infinities of both signs.
     *
     * @return how many elements were infinite
     */
    public long infinities() {
        return positiveInfinities + negativeInfinities;
    }

    /**
     * The elements that {@code min} and {@code max} speak of.
     *
     * @return how many elements were neither NaN nor infinite
     */
    public long finiteCount() {
        return count - nanCount - infinities();
    }

    /**
     * Whether {@code min} and {@code max} mean anything.
     *
     * @return true if an element was finite
     */
    public boolean hasFinite() {
        return finiteCount() > 0;
    }

    /**
     * Whether there is nothing to make a range of, since every finite element was zero.
     *
     * @return true if there were finite elements and all of them were 0
     */
    public boolean onlyZeros() {
        return hasFinite() && min == 0 && max == 0;
    }
}
