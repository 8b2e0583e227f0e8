package io.rangefinder.engine.tensorrt.plan;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How to build a plan. Immutable, hence safe from any thread. */
public final class PlanOptions {

    /** The greatest optimization level of TensorRT 8.6. */
    public static final int GREATEST_OPTIMIZATION_LEVEL = 5;

    private final PlanMode mode;
    private final boolean fp16;
    private final OptionalLong workspace;
    private final Optional<Path> timingCache;
    private final OptionalInt dlaCore;
    private final OptionalInt optimizationLevel;
    private final Optional<Set<TacticSource>> tacticSources;
    private final Set<String> floatLayers;
    private final OptionalLong batch;
    private final Map<String, Shape> inputShapes;

    private PlanOptions(Builder builder) {
        mode = builder.mode;
        fp16 = builder.fp16;
        workspace = builder.workspace;
        timingCache = builder.timingCache;
        dlaCore = builder.dlaCore;
        optimizationLevel = builder.optimizationLevel;
        tacticSources = builder.tacticSources;
        floatLayers = Collections.unmodifiableSet(new TreeSet<>(builder.floatLayers));
        batch = builder.batch;
        inputShapes = Collections.unmodifiableMap(new TreeMap<>(builder.inputShapes));
    }

    /**
     * Starts options: explicit mode, float16 for what is not INT8, the model's batch, TensorRT's
     * own defaults for the rest.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How TensorRT learns what to compute in INT8.
     *
     * @return the mode
     */
    public PlanMode mode() {
        return mode;
    }

    /**
     * Whether what is not INT8 may be float16.
     *
     * @return false if it must be float32
     */
    public boolean fp16() {
        return fp16;
    }

    /**
     * The most scratch memory that a layer's tactic may take.
     *
     * @return bytes, or empty for all of the device's memory
     */
    public OptionalLong workspace() {
        return workspace;
    }

    /**
     * Where times of tactics are kept, so that the next build is faster.
     *
     * @return a file, or empty to keep none
     */
    public Optional<Path> timingCache() {
        return timingCache;
    }

    /**
     * The deep learning accelerator to run on, the GPU taking what it can't.
     *
     * @return its number, or empty for the GPU alone
     */
    public OptionalInt dlaCore() {
        return dlaCore;
    }

    /**
     * How long the builder searches.
     *
     * @return 0 to 5, or empty for TensorRT's default
     */
    public OptionalInt optimizationLevel() {
        return optimizationLevel;
    }

    /**
     * The libraries whose tactics are tried.
     *
     * @return the sources, or empty for TensorRT's default
     */
    public Optional<Set<TacticSource>> tacticSources() {
        return tacticSources;
    }

    /**
     * The layers that stay in float32.
     *
     * @return names of ONNX nodes or of their outputs
     */
    public Set<String> floatLayers() {
        return floatLayers;
    }

    /**
     * The length of the first axis of every input whose shape is not given as a whole.
     *
     * @return at least 1, or empty for the model's own, 1 where it leaves that open
     */
    public OptionalLong batch() {
        return batch;
    }

    /**
     * Whole shapes by input.
     *
     * @return shapes, batch included
     */
    public Map<String, Shape> inputShapes() {
        return inputShapes;
    }

    /**
     * All that decides what the plan computes, equal for equal options: what plans are kept by. The
     * timing cache is not in it, as it changes how long a build takes.
     *
     * @return a text
     */
    @Override
    public String toString() {
        return "mode="
                + mode
                + " fp16="
                + fp16
                + " workspace="
                + (workspace.isPresent() ? workspace.getAsLong() : "all")
                + " dlaCore="
                + (dlaCore.isPresent() ? dlaCore.getAsInt() : "none")
                + " optimizationLevel="
                + (optimizationLevel.isPresent() ? optimizationLevel.getAsInt() : "default")
                + " tacticSources="
                + tacticSources.map(Object::toString).orElse("default")
                + " floatLayers="
                + floatLayers
                + " batch="
                + (batch.isPresent() ? batch.getAsLong() : "own")
                + " inputShapes="
                + inputShapes;
    }

    /** Gathers options. Not safe for use from several threads. */
    public static final class Builder {

        private PlanMode mode = PlanMode.EXPLICIT;
        private boolean fp16 = true;
        private OptionalLong workspace = OptionalLong.empty();
        private Optional<Path> timingCache = Optional.empty();
        private OptionalInt dlaCore = OptionalInt.empty();
        private OptionalInt optimizationLevel = OptionalInt.empty();
        private Optional<Set<TacticSource>> tacticSources = Optional.empty();
        private final Set<String> floatLayers = new TreeSet<>();
        private OptionalLong batch = OptionalLong.empty();
        private final Map<String, Shape> inputShapes = new TreeMap<>();

        private Builder() {}

        /**
         * Sets how TensorRT learns what to compute in INT8.
         *
         * @param value the mode
         * @return this builder
         */
        public Builder optMode(PlanMode value) {
            mode = Objects.requireNonNull(value, "mode");
            return this;
        }

        /**
         * Allows or forbids float16 for what is not INT8.
         *
         * @param allowed false for float32
         * @return this builder
         */
        public Builder optFp16(boolean allowed) {
            fp16 = allowed;
            return this;
        }

        /**
         * Bounds the scratch memory of a layer's tactic.
         *
         * @param bytes above 0
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder optWorkspace(long bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("workspace must be above 0 bytes, not " + bytes);
            }
            workspace = OptionalLong.of(bytes);
            return this;
        }

        /**
         * Keeps the times of tactics in a file.
         *
         * @param file a file that need not exist yet
         * @return this builder
         */
        public Builder optTimingCache(Path file) {
            timingCache = Optional.of(file.toAbsolutePath());
            return this;
        }

        /**
         * Runs on a deep learning accelerator, the GPU taking what it can't.
         *
         * @param core its number, from 0
         * @return this builder
         * @throws IllegalArgumentException if the number is negative
         */
        public Builder optDlaCore(int core) {
            if (core < 0) {
                throw new IllegalArgumentException("dlaCore must be 0 or more, not " + core);
            }
            dlaCore = OptionalInt.of(core);
            return this;
        }

        /**
         * Sets how long the builder searches.
         *
         * @param level 0 (shortest) to 5; TensorRT's default is 3
         * @return this builder
         * @throws IllegalArgumentException for other numbers
         */
        public Builder optOptimizationLevel(int level) {
            if (level < 0 || level > GREATEST_OPTIMIZATION_LEVEL) {
                throw new IllegalArgumentException(
                        "optimizationLevel must be 0 to "
                                + GREATEST_OPTIMIZATION_LEVEL
                                + ", not "
                                + level);
            }
            optimizationLevel = OptionalInt.of(level);
            return this;
        }

        /**
         * Sets the libraries whose tactics are tried.
         *
         * @param sources the sources; none leaves TensorRT its own kernels
         * @return this builder
         */
        public Builder optTacticSources(Set<TacticSource> sources) {
            Set<TacticSource> copy = EnumSet.noneOf(TacticSource.class);
            copy.addAll(sources);
            tacticSources = Optional.of(Collections.unmodifiableSet(copy));
            return this;
        }

        /**
         * Keeps a layer in float32.
         *
         * @param layer the name of an ONNX node or of its output
         * @return this builder
         */
        public Builder addFloatLayer(String layer) {
            floatLayers.add(Objects.requireNonNull(layer, "layer"));
            return this;
        }

        /**
         * Sets the plan's batch.
         *
         * @param size the length of the inputs' first axis, above 0
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder optBatch(long size) {
            if (size <= 0) {
                throw new IllegalArgumentException("batchSize must be above 0, not " + size);
            }
            batch = OptionalLong.of(size);
            return this;
        }

        /**
         * Sets an input's whole shape.
         *
         * @param input the input's name
         * @param shape its axes, batch included, each above 0
         * @return this builder
         * @throws IllegalArgumentException if an axis is not
         */
        public Builder optInputShape(String input, Shape shape) {
            for (long axis : shape.getShape()) {
                if (axis <= 0) {
                    throw new IllegalArgumentException(
                            "the shape of input '"
                                    + input
                                    + "' must have axes above 0, but is "
                                    + shape
                                    + "; a plan's shapes are fixed");
                }
            }
            inputShapes.put(input, shape);
            return this;
        }

        /**
         * Ends the options.
         *
         * @return the immutable options
         */
        public PlanOptions build() {
            return new PlanOptions(this);
        }
    }
}
