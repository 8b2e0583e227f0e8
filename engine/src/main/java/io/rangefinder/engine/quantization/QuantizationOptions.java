package io.rangefinder.engine.quantization;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** How to quantize. Immutable, hence safe from any thread. */
public final class QuantizationOptions {

    private final Target target;
    private final int weightBits;
    private final Set<String> floatLayers;
    private final Set<String> int8Layers;

    private QuantizationOptions(Builder builder) {
        target = builder.target;
        weightBits = builder.weightBits;
        floatLayers = Set.copyOf(builder.floatLayers);
        int8Layers = Set.copyOf(builder.int8Layers);
    }

    /**
     * Starts options: target TensorRT, 8-bit weights, no layer pinned to float.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Whose kernels the Q/DQ are placed for.
     *
     * @return the target
     */
    public Target target() {
        return target;
    }

    /**
     * The number of bits of a weight, its sign included.
     *
     * @return 8 (-127 to 127) or 7 (-63 to 63)
     */
    public int weightBits() {
        return weightBits;
    }

    /**
     * The layers that stay in float whatever ranges there are.
     *
     * @return names of ONNX nodes or of their outputs
     */
    public Set<String> floatLayers() {
        return floatLayers;
    }

    /**
     * The layers that run in INT8 although it gains nothing there, such as those on pooled vectors.
     *
     * @return names of ONNX nodes or of their outputs
     */
    public Set<String> int8Layers() {
        return int8Layers;
    }

    /**
     * All options, equal for equal options: what compiled models are kept by.
     *
     * @return a text
     */
    @Override
    public String toString() {
        return target
                + " "
                + weightBits
                + " bits, float "
                + new TreeSet<>(floatLayers)
                + ", int8 "
                + new TreeSet<>(int8Layers);
    }

    /** Gathers options. Not safe for use from several threads. */
    public static final class Builder {

        private Target target = Target.TENSORRT;
        private int weightBits = 8;
        private final Set<String> floatLayers = new LinkedHashSet<>();
        private final Set<String> int8Layers = new LinkedHashSet<>();

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
         * @throws IllegalArgumentException for other numbers
         */
        public Builder optWeightBits(int bits) {
            if (bits != 7 && bits != 8) {
                throw new IllegalArgumentException("weights have 7 or 8 bits, not " + bits);
            }
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
         * Ends the options.
         *
         * @return the immutable options
         */
        public QuantizationOptions build() {
            return new QuantizationOptions(this);
        }
    }
}
