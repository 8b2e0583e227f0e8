package io.rangefinder.engine.options;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.engine.backend.Backend;
import io.rangefinder.engine.backend.RequestedProvider;
import io.rangefinder.engine.tensorrt.plan.PlanMode;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an application asked for, each option under its own name. Immutable, hence safe from any
 * thread.
 *
 * @param backend what runs the model, or empty for the best one here
 * @param ranges the file of ranges, or empty for the one beside the model
 * @param rangesFormat what the file of ranges is, or empty if its name or content tells
 * @param arguments values of arguments that are no tensors, by name
 * @param moduleMethod the method of the archive, or empty for the one that the ranges tell
 * @param onnx an ONNX of the model from elsewhere, or empty to export the archive
 * @param opset the opset that an archive is exported with, or empty for the one that it needs
 * @param cache the folder of compiled models, or empty for the default
 * @param threads threads for one forward pass; 0 for one a core
 * @param floatLayers ONNX names of layers to keep in float
 * @param int8Layers ONNX names of layers to run in INT8 although it gains nothing there
 * @param provider what of ONNX Runtime runs the model, or empty for the best one of the device
 * @param fp16 whether a GPU may compute in float16 what is not INT8
 * @param workspace a layer's most scratch memory on a GPU, or empty for the backend's own
 * @param mode how TensorRT learns what to compute in INT8
 * @param batchSize a plan's batch, or empty for the model's
 * @param inputShapes whole shapes of a plan's inputs, by name
 * @param timingCache where times of tactics are kept, or empty to keep none
 * @param optimizationLevel how long TensorRT's builder searches, 0 to 5, or empty for its own
 * @param tacticSources the libraries whose tactics are tried, or empty for TensorRT's own choice
 * @param dlaCore the deep learning accelerator to run on, or empty for the GPU alone
 */
public record EngineOptions(
        Optional<Backend> backend,
        Optional<Path> ranges,
        Optional<FileFormat> rangesFormat,
        Map<String, String> arguments,
        Optional<String> moduleMethod,
        Optional<Path> onnx,
        OptionalInt opset,
        Optional<Path> cache,
        int threads,
        Set<String> floatLayers,
        Set<String> int8Layers,
        Optional<RequestedProvider> provider,
        boolean fp16,
        Optional<ByteSize> workspace,
        PlanMode mode,
        OptionalInt batchSize,
        Map<String, Shape> inputShapes,
        Optional<Path> timingCache,
        OptionalInt optimizationLevel,
        Optional<Set<TacticSource>> tacticSources,
        OptionalInt dlaCore) {

    /**
     * Copies sets and maps.
     *
     * @param backend what runs the model
     * @param ranges the file of ranges
     * @param rangesFormat what the file of ranges is
     * @param arguments values of arguments that are no tensors
     * @param moduleMethod the method of the archive
     * @param onnx an ONNX of the model from elsewhere
     * @param opset the opset that an archive is exported with
     * @param cache the folder of compiled models
     * @param threads threads for one forward pass
     * @param floatLayers ONNX names of layers to keep in float
     * @param int8Layers ONNX names of layers to run in INT8 although it gains nothing
     * @param provider what of ONNX Runtime runs the model
     * @param fp16 whether a GPU may compute in float16
     * @param workspace a layer's most scratch memory
     * @param mode how TensorRT learns what to compute in INT8
     * @param batchSize a plan's batch
     * @param inputShapes whole shapes of inputs
     * @param timingCache where times of tactics are kept
     * @param optimizationLevel how long TensorRT's builder searches
     * @param tacticSources the libraries whose tactics are tried
     * @param dlaCore the deep learning accelerator
     */
    public EngineOptions {
        floatLayers = Collections.unmodifiableSet(new TreeSet<>(floatLayers));
        int8Layers = Collections.unmodifiableSet(new TreeSet<>(int8Layers));
        arguments = Collections.unmodifiableMap(new TreeMap<>(arguments));
        inputShapes = Collections.unmodifiableMap(new TreeMap<>(inputShapes));
    }

    /**
     * Reads what DJL's {@code optOption} gives. Values need not be texts: their {@code toString}
     * counts, and of a collection its elements.
     *
     * @param options values by name
     * @return the options
     * @throws IllegalArgumentException if a value is not what its option takes; the message names
     *     it
     */
    public static EngineOptions read(Map<String, ?> options) {
        OptionTexts texts = new OptionTexts(options);
        return new EngineOptions(
                texts.named("backend", Backend::named),
                texts.path("ranges"),
                texts.named("rangesFormat", FileFormat::named),
                texts.named("arguments", ModelCall::parseArguments).orElse(Map.of()),
                texts.text("moduleMethod"),
                texts.path("onnx"),
                opset(texts),
                texts.path("cache"),
                texts.number("threads", 0, Integer.MAX_VALUE).orElse(0),
                new TreeSet<>(texts.list("floatLayers")),
                new TreeSet<>(texts.list("int8Layers")),
                texts.named("provider", RequestedProvider::named),
                texts.flag("fp16", true),
                texts.bytes("workspace"),
                texts.text("mode")
                        .map(t -> texts.constant("mode", PlanMode.class, t))
                        .orElse(PlanMode.EXPLICIT),
                texts.number("batchSize", 1, Integer.MAX_VALUE),
                texts.shapes("inputShapes"),
                texts.path("timingCache"),
                texts.number("optimizationLevel", 0, PlanOptions.GREATEST_OPTIMIZATION_LEVEL),
                tacticSources(texts),
                texts.number("dlaCore", 0, Integer.MAX_VALUE));
    }

    private static OptionalInt opset(OptionTexts texts) {
        OptionalInt opset = texts.number("opset", 13, 17);
        if (opset.isPresent() && opset.getAsInt() > 13 && opset.getAsInt() < 17) {
            throw new IllegalArgumentException(
                    "option opset must be 13 or 17 but is " + opset.getAsInt());
        }
        return opset;
    }

    private static Optional<Set<TacticSource>> tacticSources(OptionTexts texts) {
        if (texts.text("tacticSources").isEmpty()) {
            return Optional.empty();
        }
        Set<TacticSource> sources = EnumSet.noneOf(TacticSource.class);
        for (String name : texts.list("tacticSources")) {
            sources.add(texts.constant("tacticSources", TacticSource.class, name));
        }
        return Optional.of(Collections.unmodifiableSet(sources));
    }

    /**
     * What is wrong with the names of options: they are ignored, as they may be another engine's.
     *
     * @param options values by name
     * @return a sentence for each name that is no option's, with the option that is likely meant
     */
    public static List<String> unknown(Map<String, ?> options) {
        return OptionNames.unknown(options);
    }

    /**
     * How the model is called, as far as was asked for.
     *
     * @return the method and its arguments that are no tensors
     */
    public ModelCall call() {
        return new ModelCall(moduleMethod.orElse(ModelCall.FORWARD), arguments);
    }

    /**
     * What of these concerns a TensorRT plan.
     *
     * @return how to build
     */
    public PlanOptions plan() {
        PlanOptions.Builder builder = PlanOptions.builder().optMode(mode).optFp16(fp16);
        workspace.ifPresent(w -> builder.optWorkspace(w.bytes()));
        timingCache.ifPresent(builder::optTimingCache);
        dlaCore.ifPresent(builder::optDlaCore);
        optimizationLevel.ifPresent(builder::optOptimizationLevel);
        tacticSources.ifPresent(builder::optTacticSources);
        floatLayers.forEach(builder::addFloatLayer);
        batchSize.ifPresent(builder::optBatch);
        inputShapes.forEach(builder::optInputShape);
        return builder.build();
    }
}
