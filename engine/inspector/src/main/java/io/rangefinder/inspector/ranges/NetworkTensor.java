package io.rangefinder.inspector.ranges;

import java.util.List;
import java.util.Objects;

/**
 * A tensor of TensorRT's network.
 *
 * @param name its name, unique in the network
 * @param isFloat whether it holds float32 or float16; others take no range
 * @param shape its axes, -1 for those that vary
 */
public record NetworkTensor(String name, boolean isFloat, List<Long> shape) {

    /**
     * Copies the shape.
     *
     * @param name its name
     * @param isFloat whether it holds floats
     * @param shape its axes
     */
    public NetworkTensor {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
    }
}
