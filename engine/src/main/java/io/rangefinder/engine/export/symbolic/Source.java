package io.rangefinder.engine.export.symbolic;

import java.util.List;

/** Where a tensor's elements come from. Immutable. */
public sealed interface Source {

    /**
     * A tensor of the graph.
     *
     * @param id its name while the graph is made
     * @param constant whether it follows from constants alone
     */
    record Computed(String id, boolean constant) implements Source {}

    /**
     * A weight of the source.
     *
     * @param view where its elements are
     * @param path the path of the parameter or buffer that was viewed
     */
    record Stored(WeightView view, String path) implements Source {}

    /**
     * A few known elements, the last axis fastest.
     *
     * @param values as many as the shape says
     */
    record Elements(List<Value.Scalar> values) implements Source {

        /**
         * Copies the values.
         *
         * @param values the elements
         */
        public Elements {
            values = List.copyOf(values);
        }
    }

    /**
     * One value throughout.
     *
     * @param value the value
     */
    record Filled(Value.Scalar value) implements Source {}

    /**
     * Whole numbers at equal distances, as many as the one axis is long.
     *
     * @param start the first
     * @param step from one to the next
     */
    record Range(Dim start, Dim step) implements Source {}
}
