package io.rangefinder.engine.export.symbolic;

import java.util.Comparator;
import java.util.Set;
import java.util.function.Function;

/** What a length that is not known is a product of. */
public sealed interface Factor permits Axis, Quotient {

    /** By how they read, so that equal products are written equally. */
    Comparator<Factor> ORDER = Comparator.comparing(Factor::toString);

    /**
     * Where it may lie.
     *
     * @param axes where each axis lies
     * @return from where to where
     */
    Bounds bounds(Function<Axis, Bounds> axes);

    /**
     * Its value.
     *
     * @param lengths the length of each axis
     * @return the number
     */
    long at(Function<Axis, Long> lengths);

    /**
     * Gathers the axes that it follows from.
     *
     * @param axes where they go
     */
    void gather(Set<Axis> axes);
}
