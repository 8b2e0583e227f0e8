package io.rangefinder.engine.match;

import ai.djl.ndarray.types.Shape;
import java.util.Objects;

/**
 * What PyTorch computed at one hook point.
 *
 * @param shape the length of each axis
 * @param values the elements, the last axis fastest. Not copied
 */
public record ReferenceTensor(Shape shape, float[] values) {

    /**
     * Checks the length.
     *
     * @param shape the length of each axis
     * @param values the elements
     * @throws IllegalArgumentException if there are more or fewer values than {@code shape} says
     */
    public ReferenceTensor {
        Objects.requireNonNull(values, "values");
        if (shape.size() != values.length) {
            throw new IllegalArgumentException(
                    "shape " + shape + " does not hold " + values.length + " values");
        }
    }
}
