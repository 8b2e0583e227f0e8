package io.rangefinder.engine.quantization;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which layers run in INT8, and which tensors want a range. Immutable.
 *
 * @param layers every convolution, linear and recurrent layer, in order of the graph
 * @param missingRanges the tensors without a range that a layer or an addition needs for INT8
 * @param unknownLayers the layers that options name and the model does not have
 * @param ownRanges the tensors that keep a range of their own, which costs a conversion each
 * @param computedInFloat the layers, among those in INT8, that a CPU computes in float from rounded
 *     inputs and weights, by name
 * @param unmatchedRanges the names among the ranges that no tensor of the model has
 */
public record CoverageReport(
        List<Layer> layers,
        Set<String> missingRanges,
        Set<String> unknownLayers,
        List<OwnRange> ownRanges,
        Set<String> computedInFloat,
        Set<String> unmatchedRanges) {

    private static final int MOST_NAMES = 20;

    /**
     * Copies.
     *
     * @param layers every convolution and linear layer
     * @param missingRanges the tensors without a range
     * @param unknownLayers the layers that options name and the model does not have
     * @param ownRanges the tensors that keep a range of their own
     * @param computedInFloat the layers in INT8 that a CPU computes in float
     * @param unmatchedRanges the names that no tensor of the model has
     */
    public CoverageReport {
        layers = List.copyOf(layers);
        missingRanges = Set.copyOf(missingRanges);
        unknownLayers = Set.copyOf(unknownLayers);
        ownRanges = List.copyOf(ownRanges);
        computedInFloat = Set.copyOf(computedInFloat);
        unmatchedRanges = Set.copyOf(unmatchedRanges);
    }

    /**
     * A tensor that keeps its own range, where one for all tensors of the same values (the parts of
     * a concatenation, a tensor and its slices) would spare a conversion but leave too few steps.
     *
     * @param tensor the tensor
     * @param amax the half-width of the range that it is quantized with
     * @param widest the tensor of the widest range among those of the same values
     * @param widestAmax the half-width of that range
     */
    public record OwnRange(String tensor, double amax, String widest, double widestAmax) {

        /**
         * Checks that nothing is null.
         *
         * @param tensor the tensor
         * @param amax the half-width of its range
         * @param widest the tensor of the widest range
         * @param widestAmax the half-width of that range
         */
        public OwnRange {
            Objects.requireNonNull(tensor, "tensor");
            Objects.requireNonNull(widest, "widest");
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s keeps its range of %.4g, since that of %s, %.4g, would cost it accuracy",
                    tensor,
                    amax,
                    widest,
                    widestAmax);
        }
    }

    /**
     * This report with the ranges that were for nothing.
     *
     * @param names the names among the ranges that no tensor of the model has
     * @return the new report
     */
    public CoverageReport withUnmatchedRanges(Set<String> names) {
        return new CoverageReport(
                layers, missingRanges, unknownLayers, ownRanges, computedInFloat, names);
    }

    /**
     * A layer with weights.
     *
     * @param name the ONNX node's name
     * @param operator its operator: {@code Conv}, {@code ConvTranspose}, {@code Gemm}, {@code
     *     MatMul}, {@code LSTM} and the like
     * @param leftInFloat why it stays in float, empty if it runs in INT8
     * @param byChoice whether it is left in float because INT8 gains nothing, so that the option
     *     {@code int8Layers} may want it otherwise
     */
    public record Layer(
            String name, String operator, Optional<String> leftInFloat, boolean byChoice) {

        /**
         * Checks that nothing is null.
         *
         * @param name the ONNX node's name
         * @param operator its operator
         * @param leftInFloat why it stays in float
         * @param byChoice whether INT8 could run it
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
     * A summary, then a line for each layer in float and each tensor without a range, and one for
     * the ranges without a tensor.
     *
     * @return lines for people, without a line break at the end
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(int8Layers()).append(" of ").append(layers.size()).append(" layers in INT8");
        layers.stream()
                .filter(l -> l.leftInFloat().isPresent())
                .forEach(l -> text.append('\n').append(l));
        String byChoice =
                layers.stream()
                        .filter(Layer::byChoice)
                        .map(Layer::name)
                        .limit(MOST_NAMES)
                        .collect(Collectors.joining(", "));
        if (!byChoice.isEmpty()) {
            text.append("\nin INT8 all the same, if named by --int8-layer (option int8Layers): ");
            text.append(byChoice);
        }
        missingRanges.stream().sorted().forEach(t -> text.append("\nno range: ").append(t));
        unknownLayers.stream().sorted().forEach(l -> text.append("\nno such layer: ").append(l));
        ownRanges.forEach(r -> text.append("\nown range: ").append(r));
        if (!computedInFloat.isEmpty()) {
            text.append('\n').append(computedInFloat.size());
            text.append(" of these compute in float from rounded inputs, at float's speed, since");
            text.append(" what they give is read in float (--int8-layer, option int8Layers: in");
            text.append(" integers all the same): ").append(few(computedInFloat));
        }
        if (!unmatchedRanges.isEmpty()) {
            text.append('\n').append(unmatchedRanges.size()).append(" ranges for no tensor: ");
            text.append(few(unmatchedRanges));
        }
        return text.toString();
    }

    private static String few(Set<String> names) {
        String few = names.stream().sorted().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.size() > MOST_NAMES
                ? few + ", and " + (names.size() - MOST_NAMES) + " more"
                : few;
    }
}
