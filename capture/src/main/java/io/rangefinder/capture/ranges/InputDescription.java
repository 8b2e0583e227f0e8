package io.rangefinder.capture.ranges;

import java.util.List;
import java.util.Objects;

/**
 * One input of the model as it was seen during capture.
 *
 * @param name the argument's name in the model
 * @param type the element type, in lower case as in PyTorch and ONNX: {@code float32}, {@code
 *     int64}, …
 * @param shape the shape of one batch as last seen; the first axis is the batch
 */
public record InputDescription(String name, String type, List<Long> shape) {

    /**
     * Copies the shape.
     *
     * @param name the argument's name
     * @param type the element type
     * @param shape the shape of one batch
     */
    public InputDescription {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
    }
}
