package io.rangefinder.engine.tensorrt.plan.network;

import java.util.List;
import java.util.Objects;

/**
 * An input or output of a plan.
 *
 * @param name its name, which is the ONNX tensor's
 * @param input true for an input, false for an output
 * @param type its element type as DJL and NumPy write it: {@code float32}, {@code int32}
 * @param shape its axes, batch included
 * @param bytes what a buffer for it takes
 */
public record Binding(String name, boolean input, String type, List<Long> shape, long bytes) {

    /**
     * Copies the shape.
     *
     * @param name its name
     * @param input whether it is an input
     * @param type its element type
     * @param shape its axes
     * @param bytes what a buffer for it takes
     */
    public Binding {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
    }
}
