package io.rangefinder.examples.build;

import io.rangefinder.engine.backend.tensorrt.TensorRtOptions;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.options.OptionTexts;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How to build a plan, as options of a command line: the engine options by their words. */
final class BuildOptions {

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = {
                "explicit: Q/DQ say what is INT8; implicit: a range for every tensor, and TensorRT",
                "chooses (default: explicit)."
            })
    private Optional<String> mode = Optional.empty();

    @Option(names = "--no-fp16", description = "Leave what is not INT8 in float32.")
    private boolean noFp16;

    @Option(
            names = "--workspace",
            paramLabel = "BYTES",
            description = "The most scratch memory of a layer, such as 1G (default: all there is).")
    private Optional<String> workspace = Optional.empty();

    @Option(
            names = "--timing-cache",
            paramLabel = "FILE",
            description = "Where the times of tactics are kept for the next build.")
    private Optional<Path> timingCache = Optional.empty();

    @Option(
            names = "--dla-core",
            paramLabel = "N",
            description =
                    "Run on a deep learning accelerator, the GPU taking what it does not know.")
    private Optional<String> dlaCore = Optional.empty();

    @Option(
            names = "--optimization-level",
            paramLabel = "0-5",
            description = "How long to search (default: TensorRT's own, 3).")
    private Optional<String> optimizationLevel = Optional.empty();

    @Option(
            names = "--tactic-sources",
            paramLabel = "NAMES",
            description =
                    "cublas, cublas_lt, cudnn, edge_mask_convolutions, jit_convolutions, with"
                            + " commas between (default: TensorRT's own).")
    private Optional<String> tacticSources = Optional.empty();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "The plan's batch (default: the model's, 1 if it is open).")
    private Optional<String> batchSize = Optional.empty();

    @Option(
            names = "--input-shapes",
            paramLabel = "SHAPES",
            description = "Whole shapes of inputs, such as input:1x3x224x224.")
    private Optional<String> inputShapes = Optional.empty();

    @Option(
            names = "--float-layer",
            paramLabel = "LAYER",
            description = "The ONNX name of a layer to keep in float; may be given several times.")
    private List<String> floatLayers = List.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    List<String> floatLayers() {
        return floatLayers;
    }

    /** The options, or wrong usage that says which option is wrong. */
    PlanOptions toPlanOptions() {
        Map<String, String> options = new LinkedHashMap<>();
        mode.ifPresent(t -> options.put("mode", t));
        options.put("fp16", Boolean.toString(!noFp16));
        workspace.ifPresent(t -> options.put("workspace", t));
        timingCache.ifPresent(t -> options.put("timingCache", t.toString()));
        dlaCore.ifPresent(t -> options.put("dlaCore", t));
        optimizationLevel.ifPresent(t -> options.put("optimizationLevel", t));
        tacticSources.ifPresent(t -> options.put("tacticSources", t));
        batchSize.ifPresent(t -> options.put("batchSize", t));
        inputShapes.ifPresent(t -> options.put("inputShapes", t));
        options.put("floatLayers", String.join(",", floatLayers));
        try {
            OptionTexts texts = new OptionTexts(options);
            return TensorRtOptions.read(texts).plan(EngineOptions.read(texts));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(verb.commandLine(), e.getMessage(), e);
        }
    }
}
