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

/**
 * How to build a plan. Immutable, hence safe from any thread.
 *
 * @param mode how TensorRT learns what to compute in INT8
 * @param fp16 whether what is not INT8 may be float16; float32 otherwise
 * @param workspace the most scratch memory that a layer's tactic may take in bytes, or empty for
 *     all of the device's
 * @param timingCache the file of tactics' times, so that the next build is faster, or empty to keep
 *     none
 * @param dlaCore the deep learning accelerator to run on, the GPU taking what it can't, or empty
 *     for the GPU alone
 * @param optimizationLevel how long the builder searches, 0 to 5, or empty for TensorRT's default
 * @param tacticSources the libraries whose tactics are tried, or empty for TensorRT's default
 * @param floatLayers the layers that stay in float32: names of ONNX nodes or of their outputs
 * @param batch the length of the first axis of every input whose shape is not given as a whole, or
 *     empty for the model's own, 1 where it leaves that open
 * @param inputShapes whole shapes by input, batch included
 */
public record PlanOptions(
        PlanMode mode,
        boolean fp16,
        OptionalLong workspace,
        Optional<Path> timingCache,
        OptionalInt dlaCore,
        OptionalInt optimizationLevel,
        Optional<Set<TacticSource>> tacticSources,
        Set<String> floatLayers,
        OptionalLong batch,
        Map<String, Shape> inputShapes) {

    /** The greatest optimization level of TensorRT 8.6. */
    public static final int GREATEST_OPTIMIZATION_LEVEL = 5;

    /**
     * Copies sets and maps.
     *
     * @param mode how TensorRT learns what to compute in INT8
     * @param fp16 whether what is not INT8 may be float16
     * @param workspace the most scratch memory of a layer's tactic
     * @param timingCache the file of tactics' times
     * @param dlaCore the deep learning accelerator
     * @param optimizationLevel how long the builder searches
     * @param tacticSources the libraries whose tactics are tried
     * @param floatLayers the layers that stay in float32
     * @param batch the length of inputs' first axis
     * @param inputShapes whole shapes by input
     */
    public PlanOptions {
        Objects.requireNonNull(mode, "mode");
        floatLayers = Collections.unmodifiableSet(new TreeSet<>(floatLayers));
        inputShapes = Collections.unmodifiableMap(new TreeMap<>(inputShapes));
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
     * All that decides what the plan computes: what plans are kept by. The timing cache is not in
     * it, as it changes how long a build takes.
     *
     * @return these options without it
     */
    PlanOptions ofPlan() {
        return new PlanOptions(
                mode,
                fp16,
                workspace,
                Optional.empty(),
                dlaCore,
                optimizationLevel,
                tacticSources,
                floatLayers,
                batch,
                inputShapes);
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
            return new PlanOptions(
                    mode,
                    fp16,
                    workspace,
                    timingCache,
                    dlaCore,
                    optimizationLevel,
                    tacticSources,
                    floatLayers,
                    batch,
                    inputShapes);
        }
    }
}
