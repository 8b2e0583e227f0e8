package io.rangefinder.examples.npz;

import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * An array of the file, as its header tells.
 *
 * @param name its name
 * @param type the type of its elements
 * @param shape its axes; the first is the sample axis
 */
public record NpzArray(String name, DataType type, List<Long> shape) {

    /**
     * Copies the shape.
     *
     * @param name its name
     * @param type the type of its elements
     * @param shape its axes
     */
    public NpzArray {
        shape = List.copyOf(shape);
    }

    /** For a message: {@code x float32 [512, 1, 28, 28]}. */
    @Override
    public String toString() {
        return name + " " + type + " " + shape;
    }
}
