package io.rangefinder.engine.export.symbolic;

import java.util.Set;
import java.util.function.Function;

/**
 * A length divided by a number and rounded down, in lowest terms.
 *
 * @param dividend what is divided
 * @param divisor by what, at least 2
 */
public record Quotient(Dim dividend, long divisor) implements Factor {

    @Override
    public Bounds bounds(Function<Axis, Bounds> axes) {
        return dividend.bounds(axes).floorDividedBy(divisor);
    }

    @Override
    public long at(Function<Axis, Long> lengths) {
        return Math.floorDiv(dividend.at(lengths), divisor);
    }

    @Override
    public void gather(Set<Axis> axes) {
        dividend.terms().forEach(t -> t.factors().forEach(f -> f.gather(axes)));
    }

    @Override
    public String toString() {
        return "floor((" + dividend + ")/" + divisor + ")";
    }
}
