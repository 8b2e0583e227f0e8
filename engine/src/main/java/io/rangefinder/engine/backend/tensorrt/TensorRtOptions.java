package io.rangefinder.engine.backend.tensorrt;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.options.OptionTexts;
import io.rangefinder.engine.tensorrt.plan.PlanMode;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an application asked of TensorRT's builder, each option under its own name. Immutable, hence
 * safe from any thread.
 *
 * @param mode how TensorRT learns what to compute in INT8
 * @param batchSize a plan's batch, or empty for the model's
 * @param inputShapes whole shapes of a plan's inputs, by name
 * @param timingCache where times of tactics are kept, or empty to keep none
 * @param optimizationLevel how long TensorRT's builder searches, 0 to 5, or empty for its own
 * @param tacticSources the libraries whose tactics are tried, or empty for TensorRT's own choice
 * @param dlaCore the deep learning accelerator to run on, or empty for the GPU alone
 */
public record TensorRtOptions(
        PlanMode mode,
        OptionalInt batchSize,
        Map<String, Shape> inputShapes,
        Optional<Path> timingCache,
        OptionalInt optimizationLevel,
        Optional<Set<TacticSource>> tacticSources,
        OptionalInt dlaCore) {

    /**
     * Copies the shapes.
     *
     * @param mode how TensorRT learns what to compute in INT8
     * @param batchSize a plan's batch
     * @param inputShapes whole shapes of inputs
     * @param timingCache where times of tactics are kept
     * @param optimizationLevel how long TensorRT's builder searches
     * @param tacticSources the libraries whose tactics are tried
     * @param dlaCore the deep learning accelerator
     */
    public TensorRtOptions {
        inputShapes = Collections.unmodifiableMap(new TreeMap<>(inputShapes));
    }

    /**
     * Reads them.
     *
     * @param options what the application gave
     * @return the options
     * @throws IllegalArgumentException if a value is not what its option takes; the message names
     *     it
     */
    public static TensorRtOptions read(OptionTexts options) {
        return new TensorRtOptions(
                options.text("mode")
                        .map(t -> options.constant("mode", PlanMode.class, t))
                        .orElse(PlanMode.EXPLICIT),
                options.number("batchSize", 1, Integer.MAX_VALUE),
                options.shapes("inputShapes"),
                options.path("timingCache"),
                options.number("optimizationLevel", 0, PlanOptions.GREATEST_OPTIMIZATION_LEVEL),
                tacticSources(options),
                options.number("dlaCore", 0, Integer.MAX_VALUE));
    }

    private static Optional<Set<TacticSource>> tacticSources(OptionTexts options) {
        if (options.text("tacticSources").isEmpty()) {
            return Optional.empty();
        }
        Set<TacticSource> sources = EnumSet.noneOf(TacticSource.class);
        for (String name : options.list("tacticSources")) {
            sources.add(options.constant("tacticSources", TacticSource.class, name));
        }
        return Optional.of(Collections.unmodifiableSet(sources));
    }

    /**
     * How to build a plan.
     *
     * @param shared the options that all backends share
     * @return all that concerns a plan
     */
    public PlanOptions plan(EngineOptions shared) {
        PlanOptions.Builder builder = PlanOptions.builder().optMode(mode).optFp16(shared.fp16());
        shared.workspace().ifPresent(w -> builder.optWorkspace(w.bytes()));
        timingCache.ifPresent(builder::optTimingCache);
        dlaCore.ifPresent(builder::optDlaCore);
        optimizationLevel.ifPresent(builder::optOptimizationLevel);
        tacticSources.ifPresent(builder::optTacticSources);
        shared.floatLayers().forEach(builder::addFloatLayer);
        batchSize.ifPresent(builder::optBatch);
        inputShapes.forEach(builder::optInputShape);
        return builder.build();
    }
}
