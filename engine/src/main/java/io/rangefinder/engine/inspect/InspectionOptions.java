package io.rangefinder.engine.inspect;

import io.rangefinder.capture.ranges.DynamicRanges;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What to ask TensorRT of a model. Immutable, hence safe from any thread. */
public final class InspectionOptions {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

    private final Optional<DynamicRanges> ranges;
    private final long batchSize;
    private final Set<String> floatLayers;
    private final Duration timeout;
    private final boolean floatGraph;

    private InspectionOptions(Builder builder) {
        ranges = builder.ranges;
        batchSize = builder.batchSize;
        floatLayers = Set.copyOf(builder.floatLayers);
        timeout = builder.timeout;
        floatGraph = builder.floatGraph;
    }

    /**
     * Starts options: no ranges, batches of 1, no layer meant to stay in float, two minutes, and
     * the float graph beside it.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The ranges for implicit mode.
     *
     * @return by ONNX tensor, or empty for a model with Q/DQ
     */
    public Optional<DynamicRanges> ranges() {
        return ranges;
    }

    /**
     * The length of axes that the model leaves open.
     *
     * @return at least 1
     */
    public long batchSize() {
        return batchSize;
    }

    /**
     * The layers that are meant to stay in float.
     *
     * @return names of ONNX nodes or of their outputs
     */
    public Set<String> floatLayers() {
        return floatLayers;
    }

    /**
     * How long TensorRT may take for one graph.
     *
     * @return above zero
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Whether the float graph is optimized, too, to compare the number of layers.
     *
     * @return true unless it was turned off
     */
    public boolean floatGraph() {
        return floatGraph;
    }

    /** Gathers options. Not safe for use from several threads. */
    public static final class Builder {

        private Optional<DynamicRanges> ranges = Optional.empty();
        private long batchSize = 1;
        private final Set<String> floatLayers = new LinkedHashSet<>();
        private Duration timeout = DEFAULT_TIMEOUT;
        private boolean floatGraph = true;

        private Builder() {}

        /**
         * Sets the ranges for implicit mode.
         *
         * @param value by ONNX tensor
         * @return this builder
         */
        public Builder optRanges(DynamicRanges value) {
            ranges = Optional.of(value);
            return this;
        }

        /**
         * Sets the length of axes that the model leaves open.
         *
         * @param value at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder optBatchSize(long value) {
            if (value < 1) {
                throw new IllegalArgumentException("a batch has at least 1 sample, not " + value);
            }
            batchSize = value;
            return this;
        }

        /**
         * Names a layer that is meant to stay in float.
         *
         * @param layer the name of an ONNX node or of its output
         * @return this builder
         */
        public Builder addFloatLayer(String layer) {
            floatLayers.add(Objects.requireNonNull(layer, "layer"));
            return this;
        }

        /**
         * Sets how long TensorRT may take for one graph.
         *
         * @param value above zero
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder optTimeout(Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException("a time limit is above 0, not " + value);
            }
            timeout = value;
            return this;
        }

        /**
         * Sets whether the float graph is optimized, too.
         *
         * @param value false to save the time
         * @return this builder
         */
        public Builder optFloatGraph(boolean value) {
            floatGraph = value;
            return this;
        }

        /**
         * Ends the options.
         *
         * @return the immutable options
         */
        public InspectionOptions build() {
            return new InspectionOptions(this);
        }
    }
}
