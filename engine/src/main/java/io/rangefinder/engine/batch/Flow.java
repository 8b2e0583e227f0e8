package io.rangefinder.engine.batch;

import java.util.List;
import java.util.Set;

/** What is known of a tensor: how it depends on a batch's rows. */
sealed interface Flow {

    /**
     * The same whatever the rows and however many: a constant, or made of inputs that do not carry
     * the batch.
     *
     * @param repeated the axes along which all its elements are known to be equal
     * @param throughout whether all its elements are equal
     */
    record Same(Set<Integer> repeated, boolean throughout) implements Flow {

        static final Same ANY = new Same(Set.of(), false);

        public Same {
            repeated = Set.copyOf(repeated);
        }

        boolean repeats(int axis) {
            return throughout || repeated.contains(axis);
        }
    }

    /**
     * Depends on no row, but perhaps on their number: lengths of axes and what is computed of them.
     *
     * @param byBatch for each element, whether it does
     */
    record Lengths(List<Boolean> byBatch) implements Flow {

        public Lengths {
            byBatch = List.copyOf(byBatch);
        }

        /** Lengths, or {@link Same} if none depends on the batch. */
        static Flow of(List<Boolean> byBatch) {
            return byBatch.contains(true) ? new Lengths(byBatch) : Same.ANY;
        }
    }

    /**
     * Each row of the batch gave a part of it, which depends on that row only: along an axis of
     * {@code outer * batch * inner} elements, the element {@code (o * batch + row) * inner + i}.
     *
     * @param axis the axis
     * @param outer what was merged into the axis before the batch
     * @param inner what was merged into the axis behind it
     */
    record Rows(int axis, long outer, long inner) implements Flow {

        static Rows at(int axis) {
            return new Rows(axis, 1, 1);
        }

        Rows moved(int to) {
            return new Rows(to, outer, inner);
        }
    }

    /**
     * Rows mix in it, or aren't known not to.
     *
     * @param why the node that is to blame, and what it does
     */
    record Mixed(String why) implements Flow {}
}
