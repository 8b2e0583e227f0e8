package io.rangefinder.engine.export.symbolic;

import java.util.Set;
import java.util.function.Function;

/**
 * An axis of the inputs whose length is left open. It knows which lengths were seen, by which
 * questions are answered, and remembers for which others the answers hold, too. For one export; not
 * safe for use from several threads. Compared by identity.
 */
public final class Axis implements Factor {

    /** Of the axis of the batch everything that is answered holds for every length from 1 on. */
    static final Axis BATCH = new Axis("batch", 1, Long.MAX_VALUE);

    private final String name;
    private final long least;
    private final long most;
    private long from = 1;
    private long to = Long.MAX_VALUE;

    /**
     * An axis.
     *
     * @param name its name
     * @param least the least length that was seen, at least 1
     * @param most the greatest
     */
    public Axis(String name, long least, long most) {
        if (least < 1 || least > most) {
            throw new IllegalArgumentException(name + " from " + least + " to " + most);
        }
        this.name = name;
        this.least = least;
        this.most = most;
    }

    /**
     * Its name.
     *
     * @return the name by which lengths tell of it
     */
    public String name() {
        return name;
    }

    /**
     * The least length for which the answers so far hold.
     *
     * @return at most the least that was seen
     */
    public long from() {
        return from;
    }

    /**
     * The greatest length for which the answers so far hold.
     *
     * @return at least the greatest that was seen; {@link Long#MAX_VALUE} if there is none
     */
    public long to() {
        return to;
    }

    /** The lengths that were seen. */
    Bounds seen() {
        return new Bounds(least, infinite(most));
    }

    /** The lengths for which the answers so far hold. */
    Bounds held() {
        return new Bounds(from, infinite(to));
    }

    private static double infinite(long length) {
        return length == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : length;
    }

    /**
     * Gives up lengths at which an answer does not hold, as few as possible.
     *
     * @param holds whether it does if this axis lies there; it does for what was seen, unless other
     *     axes must be narrowed, too
     */
    void narrow(Holds holds) {
        if (holds.in(held())) {
            return;
        }
        if (holds.in(new Bounds(from, infinite(most)))) {
            to = last(most, to, length -> holds.in(new Bounds(from, length)));
        } else {
            to = holds.in(new Bounds(least, infinite(to))) ? to : most;
            from = -last(-least, -from, length -> holds.in(new Bounds(-length, infinite(to))));
        }
    }

    /** Whether an answer holds where an axis lies. */
    interface Holds {
        boolean in(Bounds bounds);
    }

    private interface Length {
        boolean isFine(long length);
    }

    /** The last number of a range whose first is fine and whose last is not, by halving it. */
    private static long last(long first, long end, Length length) {
        long fine = first;
        long step = 1;
        while (step < end - fine && length.isFine(fine + step)) {
            fine += step;
            step *= 2;
        }
        long wrong = step < end - fine ? fine + step : end;
        while (wrong - fine > 1) {
            long middle = fine + (wrong - fine) / 2;
            if (length.isFine(middle)) {
                fine = middle;
            } else {
                wrong = middle;
            }
        }
        return fine;
    }

    @Override
    public Bounds bounds(Function<Axis, Bounds> axes) {
        return axes.apply(this);
    }

    @Override
    public long at(Function<Axis, Long> lengths) {
        return lengths.apply(this);
    }

    @Override
    public void gather(Set<Axis> axes) {
        axes.add(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
