package io.rangefinder.inspector.ranges;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A layer of TensorRT's network.
 *
 * @param name its name; the parser gives it that of the ONNX node
 * @param type TensorRT's {@code LayerType} without its {@code k}: {@code CONVOLUTION}, {@code
 *     SHUFFLE}
 * @param operation what an element-wise, unary, activation, reduce or pooling layer computes, what
 *     a loop's output keeps or its limit means, as TensorRT names it without the {@code k} ({@code
 *     SUM}, {@code RELU}, {@code CONCATENATE}); empty for others
 * @param inputs names of the tensors that it reads, {@code ""} for an optional one left out
 * @param outputs names of the tensors that it makes
 * @param constant the magnitudes of a constant's values; empty for other layers, and if TensorRT
 *     has them in a type that {@link ConstantType} lacks
 * @param loop which loop's edge the layer is on (recurrence, iterator, output, limit), by any name
 *     of it alone; empty for others
 */
public record NetworkLayer(
        String name,
        String type,
        String operation,
        List<String> inputs,
        List<String> outputs,
        Optional<ConstantMagnitudes> constant,
        String loop) {

    /**
     * A layer that is not on a loop's edge.
     *
     * @param name its name
     * @param type its type
     * @param operation what it computes
     * @param inputs the tensors that it reads
     * @param outputs the tensors that it makes
     * @param constant a constant's magnitudes
     */
    public NetworkLayer(
            String name,
            String type,
            String operation,
            List<String> inputs,
            List<String> outputs,
            Optional<ConstantMagnitudes> constant) {
        this(name, type, operation, inputs, outputs, constant, "");
    }

    /**
     * Copies the lists.
     *
     * @param name its name
     * @param type its type
     * @param operation what it computes
     * @param inputs the tensors that it reads
     * @param outputs the tensors that it makes
     * @param constant a constant's magnitudes
     * @param loop the loop whose edge it is on
     */
    public NetworkLayer {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(operation, "operation");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        Objects.requireNonNull(constant, "constant");
        Objects.requireNonNull(loop, "loop");
    }
}
