package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.backend.BackendChoice;
import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.Target;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles a model with its ranges, once, and loads it into the backend that is chosen. Safe for
 * use from several threads.
 */
final class CompilingLoader implements BackendLoader {

    private static final Logger logger = LoggerFactory.getLogger(CompilingLoader.class);

    private final BackendChoice choice;
    private final OnnxRuntimeGpu gpus;
    private final AtomicBoolean remarked = new AtomicBoolean();

    CompilingLoader(BackendChoice choice, OnnxRuntimeGpu gpus) {
        this.choice = choice;
        this.gpus = gpus;
    }

    @Override
    public LoadedModel load(Path file, EngineOptions options, Device device)
            throws IOException, MalformedModelException {
        Source source =
                new Source(
                        ModelFiles.find(file, options.onnx()),
                        ranges(file, options),
                        options.cache().orElseGet(CompiledCache::defaultFolder));
        BackendChoice.Choice chosen = choice.of(options.backend(), options.provider(), device);
        if (chosen.remark().isPresent() && !remarked.getAndSet(true)) {
            logger.warn("{}", chosen.remark().get());
        }
        LoadedModel loaded =
                switch (chosen.backend()) {
                    case TENSORRT -> TensorRtBackend.load(source, options, chosen.gpu());
                    case ONNXRUNTIME -> onnxRuntime(source, options, chosen);
                    case SIMULATE -> simulate(source, options);
                };
        logger.info("{} in INT8 on {}: {}", file, chosen, loaded.coverage());
        if (loaded.coverage().contains("\n")) {
            logger.warn("{}: {}", file, loaded.coverage().replace("\n", "; "));
        }
        return loaded;
    }

    /**
     * What a backend's model is made of.
     *
     * @param files the model
     * @param ranges its ranges
     * @param cache the folder that what is made is kept in
     */
    record Source(ModelFiles files, DynamicRanges ranges, Path cache) {

        CompiledCache.Entry quantized(QuantizationOptions options)
                throws IOException, MalformedModelException {
            return new CompiledCache(cache).get(files, ranges, options);
        }
    }

    private LoadedModel onnxRuntime(
            Source source, EngineOptions options, BackendChoice.Choice chosen)
            throws IOException, MalformedModelException {
        int threads = options.threads();
        if (chosen.provider().isPresent()) {
            Provider provider = chosen.provider().get();
            CompiledCache.Entry compiled = source.quantized(forTensorRt(options));
            return LoadedModel.shared(
                    OnnxRuntimeOnGpu.load(
                            gpus, compiled.file(), provider, options, chosen.gpu(), source.cache()),
                    compiled.coverage());
        }
        CpuAbilities cpu = CpuAbilities.probe();
        if (cpu.wrong()) {
            logger.warn("{}", cpu.explanation());
        } else {
            logger.info("{}", cpu.explanation());
        }
        CompiledCache.Entry compiled =
                source.quantized(
                        quantization(options)
                                .optTarget(Target.CPU)
                                .optWeightBits(cpu.weightBits())
                                .build());
        return LoadedModel.shared(
                OrtModel.load(compiled.file(), cpu.execution(), threads), compiled.coverage());
    }

    private static LoadedModel simulate(Source source, EngineOptions options)
            throws IOException, MalformedModelException {
        CompiledCache.Entry compiled = source.quantized(forTensorRt(options));
        return LoadedModel.shared(
                OrtModel.load(compiled.file(), Execution.SIMULATED, options.threads()),
                compiled.coverage());
    }

    /** TensorRT's Q/DQ, which all that runs on a GPU and its simulation take. */
    static QuantizationOptions forTensorRt(EngineOptions options) {
        return quantization(options).optTarget(Target.TENSORRT).build();
    }

    private static QuantizationOptions.Builder quantization(EngineOptions options) {
        QuantizationOptions.Builder builder =
                QuantizationOptions.builder().optOpset(options.opset());
        options.floatLayers().forEach(builder::addFloatLayer);
        options.int8Layers().forEach(builder::addInt8Layer);
        return builder;
    }

    private static DynamicRanges ranges(Path model, EngineOptions options) throws IOException {
        Path file = options.ranges().orElseGet(() -> ModelFiles.besides(model, ".ranges"));
        if (!Files.exists(file)) {
            throw new FileNotFoundException(
                    "ranges of "
                            + model
                            + " are not in "
                            + file
                            + "; capture them with the engine RangeCapture");
        }
        DynamicRanges ranges =
                options.rangesFormat().isPresent()
                        ? RangeFiles.read(file, options.rangesFormat().get())
                        : RangeFiles.read(file);
        return ranges.calledBy(options.call());
    }
}
