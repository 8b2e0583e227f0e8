package io.rangefinder.engine.quantization;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which layers run in INT8, and which tensors want a range. Immutable.
 *
 * @param layers every convolution and linear layer, in order of the graph
 * @param missingRanges the tensors without a range that a layer or an addition needs for INT8
 * @param unknownLayers the layers to keep in float that the model does not have
 */
public record CoverageReport(
        List<Layer> layers, Set<String> missingRanges, Set<String> unknownLayers) {

    /**
     * Copies.
     *
     * @param layers every convolution and linear layer
     * @param missingRanges the tensors without a range
     * @param unknownLayers the layers to keep in float that the model does not have
     */
    public CoverageReport {
        layers = List.copyOf(layers);
        missingRanges = Set.copyOf(missingRanges);
        unknownLayers = Set.copyOf(unknownLayers);
    }

    /**
     * A convolution or linear layer.
     *
     * @param name the ONNX node's name
     * @param operator its operator: {@code Conv}, {@code ConvTranspose}, {@code Gemm}, {@code
     *     MatMul}
     * @param leftInFloat why it stays in float, empty if it runs in INT8
     */
    public record Layer(String name, String operator, Optional<String> leftInFloat) {

        /**
         * Checks that nothing is null.
         *
         * @param name the ONNX node's name
         * @param operator its operator
         * @param leftInFloat why it stays in float
         */
        public Layer {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(operator, "operator");
            Objects.requireNonNull(leftInFloat, "leftInFloat");
        }

        @Override
        public String toString() {
            return operator + " " + name + ": " + leftInFloat.map("float, "::concat).orElse("INT8");
        }
    }

    /**
     * The number of layers that run in INT8.
     *
     * @return at most the number of {@link #layers}
     */
    public long int8Layers() {
        return layers.stream().filter(l -> l.leftInFloat().isEmpty()).count();
    }

    /**
     * A summary, then a line for each layer in float and each tensor without a range.
     *
     * @return lines for people, without a line break at the end
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(int8Layers()).append(" of ").append(layers.size()).append(" layers in INT8");
        layers.stream()
                .filter(l -> l.leftInFloat().isPresent())
                .forEach(l -> text.append('\n').append(l));
        missingRanges.stream().sorted().forEach(t -> text.append("\nno range: ").append(t));
        unknownLayers.stream().sorted().forEach(l -> text.append("\nno such layer: ").append(l));
        return text.toString();
    }
}
