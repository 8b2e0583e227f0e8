package io.rangefinder.capture.statistics;

import io.rangefinder.capture.observers.MinMaxObserver;
import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.observers.Tally;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was seen in one tensor: the numbers of {@link MinMaxObserver}, which the methods tell, and
 * those of other observers, if there were any. Statistics add: {@link #merge} of two says what one
 * would have said that had seen both, in whichever order. Immutable.
 */
public final class TensorStatistics {

    private static final MinMaxObserver MIN_MAX = new MinMaxObserver();

    /** Nothing was seen: what merges with any other into that other. */
    public static final TensorStatistics EMPTY =
            new TensorStatistics(0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0);

    private final Tally minMax;
    private final SortedMap<String, Tally> others;

    /**
     * What was seen by {@link MinMaxObserver} alone.
     *
     * @param count the number of elements seen, NaN and infinities included
     * @param min the least finite element, {@code +Infinity} if there was none
     * @param max the greatest finite element, {@code -Infinity} if there was none
     * @param nanCount how many elements were NaN
     * @param positiveInfinities how many were {@code +Infinity}
     * @param negativeInfinities how many were {@code -Infinity}
     * @throws IllegalArgumentException if a count is negative, the parts are more than {@code
     *     count}, {@code min} or {@code max} is not finite or {@code min > max} though finite
     *     elements were seen, or they are not {@code +Infinity} and {@code -Infinity} though none
     *     was
     */
    public TensorStatistics(
            long count,
            double min,
            double max,
            long nanCount,
            long positiveInfinities,
            long negativeInfinities) {
        this(
                Tally.builder(MIN_MAX.columns(), 1)
                        .put(MinMaxObserver.COUNT, count)
                        .put(MinMaxObserver.MIN, min)
                        .put(MinMaxObserver.MAX, max)
                        .put(MinMaxObserver.NAN, nanCount)
                        .put(MinMaxObserver.POSITIVE, positiveInfinities)
                        .put(MinMaxObserver.NEGATIVE, negativeInfinities)
                        .build(),
                Map.of());
    }

    /**
     * What was seen by several observers.
     *
     * @param minMax the numbers of {@link MinMaxObserver}
     * @param others those of others, by the observer's name
     * @throws IllegalArgumentException if the numbers of {@code minMax} don't agree
     */
    public TensorStatistics(Tally minMax, Map<String, Tally> others) {
        this.minMax = minMax;
        this.others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
        // Subtracted one by one, since their sum may overflow.
        long finite = count() - nanCount();
        finite = finite < 0 ? finite : finite - positiveInfinities();
        finite = finite < 0 ? finite : finite - negativeInfinities();
        if (finite < 0) {
            throw new IllegalArgumentException(
                    "more NaN and infinities than the count of all elements, " + count());
        }
        boolean extremesFit =
                finite == 0
                        ? min() == Double.POSITIVE_INFINITY && max() == Double.NEGATIVE_INFINITY
                        : Double.isFinite(min()) && Double.isFinite(max()) && min() <= max();
        if (!extremesFit) {
            throw new IllegalArgumentException(
                    "min "
                            + min()
                            + " and max "
                            + max()
                            + " do not fit "
                            + finite
                            + " finite elements");
        }
    }

    /**
     * The statistics of all elements that this and another have seen. Commutative and associative:
     * the same to the bit in any order. What an observer saw of one part only, since it did not run
     * on the other, is left out: it would pass for what it saw of both.
     *
     * @param other the other statistics
     * @return both together
     * @throws IllegalArgumentException if observers of one name have other columns or another width
     * @throws ArithmeticException if a count is beyond 2^63 - 1
     */
    public TensorStatistics merge(TensorStatistics other) {
        SortedMap<String, Tally> both = new TreeMap<>(others);
        other.others.forEach((name, tally) -> both.merge(name, tally, Tally::merge));
        if (count() > 0) {
            both.keySet().retainAll(others.keySet());
        }
        if (other.count() > 0) {
            both.keySet().retainAll(other.others.keySet());
        }
        return new TensorStatistics(minMax.merge(other.minMax), both);
    }

    /**
     * The number of elements seen.
     *
     * @return how many, NaN and infinities included
     */
    public long count() {
        return minMax.count(MinMaxObserver.COUNT);
    }

    /**
     * The least finite element.
     *
     * @return it, {@code +Infinity} if there was none; never {@code -0.0}
     */
    public double min() {
        return minMax.extreme(MinMaxObserver.MIN);
    }

    /**
     * The greatest finite element.
     *
     * @return it, {@code -Infinity} if there was none; never {@code -0.0}
     */
    public double max() {
        return minMax.extreme(MinMaxObserver.MAX);
    }

    /**
     * The elements that are not numbers.
     *
     * @return how many elements were NaN
     */
    public long nanCount() {
        return minMax.count(MinMaxObserver.NAN);
    }

    /**
     * The infinities above all numbers.
     *
     * @return how many elements were {@code +Infinity}
     */
    public long positiveInfinities() {
        return minMax.count(MinMaxObserver.POSITIVE);
    }

    /**
     * The infinities below all numbers.
     *
     * @return how many elements were {@code -Infinity}
     */
    public long negativeInfinities() {
        return minMax.count(MinMaxObserver.NEGATIVE);
    }

    /**
     * The infinities of both signs.
     *
     * @return how many elements were infinite
     */
    public long infinities() {
        return positiveInfinities() + negativeInfinities();
    }

    /**
     * The elements that {@code min} and {@code max} speak of.
     *
     * @return how many elements were neither NaN nor infinite
     */
    public long finiteCount() {
        return count() - nanCount() - infinities();
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
        return hasFinite() && min() == 0 && max() == 0;
    }

    /**
     * What an observer saw.
     *
     * @param observer the observer
     * @return its numbers, or empty if it did not run or does not look at this tensor
     */
    public Optional<Tally> seenBy(Observer observer) {
        return observer.name().equals(MIN_MAX.name())
                ? Optional.of(minMax)
                : Optional.ofNullable(others.get(observer.name()));
    }

    /**
     * The same, and what another observer saw.
     *
     * @param observer the observer
     * @param seen its numbers, in place of those that are there
     * @return both together
     * @throws IllegalArgumentException if the columns are not the observer's
     */
    public TensorStatistics with(Observer observer, Tally seen) {
        if (!seen.columns().equals(observer.columns())) {
            throw new IllegalArgumentException(
                    "observer "
                            + observer.name()
                            + " has "
                            + observer.columns()
                            + ", not "
                            + seen.columns());
        }
        SortedMap<String, Tally> both = new TreeMap<>(others);
        both.put(observer.name(), seen);
        return new TensorStatistics(minMax, both);
    }

    /** The numbers of {@link MinMaxObserver}. */
    Tally minMax() {
        return minMax;
    }

    /** Those of other observers, by the observer's name. */
    SortedMap<String, Tally> others() {
        return others;
    }

    /** The same, without what others than these saw. */
    TensorStatistics seenByOnly(Iterable<String> observers) {
        SortedMap<String, Tally> kept = new TreeMap<>();
        for (String observer : observers) {
            if (others.containsKey(observer)) {
                kept.put(observer, others.get(observer));
            }
        }
        return kept.size() == others.size() ? this : new TensorStatistics(minMax, kept);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorStatistics that
                && minMax.equals(that.minMax)
                && others.equals(that.others);
    }

    @Override
    public int hashCode() {
        return Objects.hash(minMax, others);
    }

    @Override
    public String toString() {
        return "TensorStatistics[" + minMax + (others.isEmpty() ? "" : ", " + others) + "]";
    }
}
