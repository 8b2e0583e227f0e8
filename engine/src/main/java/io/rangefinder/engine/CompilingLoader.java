package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.Target;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compiles a model with its ranges, once, and loads it into the backend that is chosen. */
final class CompilingLoader implements BackendLoader {

    private static final Logger logger = LoggerFactory.getLogger(CompilingLoader.class);

    @Override
    public LoadedBackend load(Path file, Options options, Device device)
            throws IOException, MalformedModelException {
        Backend backend = Backend.choose(options.text(Int8.OPTION_BACKEND));
        ModelFiles files = ModelFiles.find(file, options.text(Int8.OPTION_ONNX).map(Path::of));
        DynamicRanges ranges = ranges(file, options.text(Int8.OPTION_RANGES).map(Path::of));
        CompiledCache cache =
                new CompiledCache(
                        options.text(Int8.OPTION_CACHE)
                                .map(Path::of)
                                .orElseGet(CompiledCache::defaultFolder));
        CompiledCache.Entry compiled = cache.get(files, ranges, quantization(backend, options));
        logger.info("{} in INT8 on {}: {}", file, backend.id(), compiled.coverage());
        if (compiled.coverage().contains("\n")) {
            logger.warn("{}: {}", file, compiled.coverage().replace("\n", "; "));
        }
        return new LoadedBackend.Shared(
                OrtModel.load(
                        compiled.file(),
                        backend == Backend.SIMULATE ? Execution.SIMULATED : Execution.INTEGER,
                        options.number(Int8.OPTION_THREADS, 0)));
    }

    private static DynamicRanges ranges(Path model, Optional<Path> given) throws IOException {
        Path file = given.orElseGet(() -> ModelFiles.besides(model, ".ranges"));
        if (!Files.exists(file)) {
            throw new FileNotFoundException(
                    "ranges of "
                            + model
                            + " are not in "
                            + file
                            + "; capture them with the engine RangeCapture");
        }
        return RangeFiles.read(file);
    }

    private static QuantizationOptions quantization(Backend backend, Options given) {
        QuantizationOptions.Builder builder = QuantizationOptions.builder();
        given.list(Int8.OPTION_FLOAT_LAYERS).forEach(builder::addFloatLayer);
        if (backend == Backend.SIMULATE) {
            return builder.optTarget(Target.TENSORRT).build();
        }
        CpuAbilities cpu = CpuAbilities.probe();
        logger.info("{}", cpu.explanation());
        return builder.optTarget(Target.CPU).optWeightBits(cpu.weightBits()).build();
    }
}
