package io.rangefinder.engine.session;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
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

    /**
     * Whether every axis has a length.
     *
     * @return true if no axis is free
     */
    public boolean isStatic() {
        return Arrays.stream(shape.getShape()).allMatch(length -> length >= 0);
    }

    /**
     * What the tensor takes in memory, which must fit a buffer.
     *
     * @return its size in bytes
     * @throws IllegalStateException if an axis has no length, or the size is 2 GiB or more
     */
    public int byteSize() {
        if (!isStatic()) {
            throw new IllegalStateException(
                    "tensor " + name + " of shape " + shape + " has an axis without a length");
        }
        long bytes = type.getNumOfBytes();
        try {
            for (long length : shape.getShape()) {
                bytes = Math.multiplyExact(bytes, length);
            }
            return Math.toIntExact(bytes);
        } catch (ArithmeticException e) {
            throw new IllegalStateException(
                    "tensor "
                            + name
                            + " of shape "
                            + shape
                            + " takes 2 GiB or more, which no buffer holds; use a smaller batch",
                    e);
        }
    }
}
