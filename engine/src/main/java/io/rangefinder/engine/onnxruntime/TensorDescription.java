package io.rangefinder.engine.onnxruntime;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Objects;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param name its name
 * @param type its element type
 * @param shape its axes, -1 for one that may have any length
 */
public record TensorDescription(String name, DataType type, Shape shape) {

    /**
     * Checks that nothing is null.
     *
     * @param name its name
     * @param type its element type
     * @param shape its axes
     */
    public TensorDescription {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(shape, "shape");
    }
}
