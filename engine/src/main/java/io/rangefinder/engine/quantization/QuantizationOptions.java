package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import io.rangefinder.engine.onnx.Nodes;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How to quantize. Immutable, hence safe from any thread. All of it is what compiled models are
 * kept by.
 *
 * @param target whose kernels the Q/DQ are placed for
 * @param weightBits the number of bits of a weight, its sign included: 8 (-127 to 127) or 7 (-63 to
 *     63)
 * @param floatLayers the layers that stay in float whatever ranges there are: names of ONNX nodes
 *     or of their outputs
 * @param int8Layers the layers that run in INT8 although it gains nothing there, such as those on
 *     pooled vectors: names of ONNX nodes or of their outputs
 * @param opset the opset that a source is exported with, or empty for the one that it needs
 */
public record QuantizationOptions(
        Target target,
        int weightBits,
        Set<String> floatLayers,
        Set<String> int8Layers,
        OptionalInt opset) {

    /**
     * Copies the layers.
     *
     * @param target whose kernels the Q/DQ are placed for
     * @param weightBits the number of bits of a weight
     * @param floatLayers the layers that stay in float
     * @param int8Layers the layers that run in INT8 although it gains nothing
     * @param opset the opset that a source is exported with
     * @throws IllegalArgumentException if weights have neither 7 nor 8 bits
     */
    public QuantizationOptions {
        Objects.requireNonNull(target, "target");
        if (weightBits != 7 && weightBits != 8) {
            throw new IllegalArgumentException("weights have 7 or 8 bits, not " + weightBits);
        }
        floatLayers = Set.copyOf(floatLayers);
        int8Layers = Set.copyOf(int8Layers);
    }

    /** Whether a layer is to run in INT8 although it gains nothing there. */
    boolean wantsInInt8(NodeProtoOrBuilder layer) {
        return isNamed(layer, int8Layers);
    }

    /** Whether a layer is to stay in float. */
    boolean wantsInFloat(NodeProtoOrBuilder layer) {
        return isNamed(layer, floatLayers);
    }

    private static boolean isNamed(NodeProtoOrBuilder layer, Set<String> layers) {
        return layers.contains(Nodes.nameOf(layer)) || layers.contains(layer.getOutput(0));
    }

    /**
     * Starts options: target TensorRT, 8-bit weights, no layer pinned to float.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Gathers options. Not safe for use from several threads. */
    public static final class Builder {

        private Target target = Target.TENSORRT;
        private int weightBits = 8;
        private final Set<String> floatLayers = new LinkedHashSet<>();
        private final Set<String> int8Layers = new LinkedHashSet<>();
        private OptionalInt opset = OptionalInt.empty();

        private Builder() {}

        /**
         * Sets whose kernels the Q/DQ are placed for.
         *
         * @param value the target
         * @return this builder
         */
        public Builder optTarget(Target value) {
            target = Objects.requireNonNull(value, "target");
            return this;
        }

        /**
         * Sets the number of bits of a weight.
         *
         * @param bits 8, or 7 for a CPU whose int8 kernels saturate
         * @return this builder
         */
        public Builder optWeightBits(int bits) {
            weightBits = bits;
            return this;
        }

        /**
         * Keeps a layer in float.
         *
         * @param layer the name of an ONNX node or of its output
         * @return this builder
         */
        public Builder addFloatLayer(String layer) {
            floatLayers.add(Objects.requireNonNull(layer, "layer"));
            return this;
        }

        /**
         * Runs a layer in INT8 even where it gains nothing. A layer that can't is left in float all
         * the same, and so is one that is named to {@link #addFloatLayer} as well.
         *
         * @param layer the name of an ONNX node or of its output
         * @return this builder
         */
        public Builder addInt8Layer(String layer) {
            int8Layers.add(Objects.requireNonNull(layer, "layer"));
            return this;
        }

        /**
         * Sets the opset that a source is exported with.
         *
         * @param value 13 or 17, or empty for 13, or 17 where the model needs it
         * @return this builder
         */
        public Builder optOpset(OptionalInt value) {
            opset = Objects.requireNonNull(value, "opset");
            return this;
        }

        /**
         * Ends the options.
         *
         * @return the immutable options
         * @throws IllegalArgumentException if weights have neither 7 nor 8 bits
         */
        public QuantizationOptions build() {
            return new QuantizationOptions(target, weightBits, floatLayers, int8Layers, opset);
        }
    }
}
