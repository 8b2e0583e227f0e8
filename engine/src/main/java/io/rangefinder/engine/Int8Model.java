package io.rangefinder.engine;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.onnxruntime.gpu.Provider;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.Target;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model that runs in INT8. Loading is not thread safe; predicting is. */
final class Int8Model extends BaseModel {

    private static final Logger logger = LoggerFactory.getLogger(Int8Model.class);

    private Optional<OrtModel> session = Optional.empty();

    private final Device device;
    private final OnnxRuntimeBackend onnxRuntime;

    Int8Model(String name, NDManager manager, Device device, OnnxRuntimeBackend onnxRuntime) {
        super(name);
        this.device = device;
        this.onnxRuntime = onnxRuntime;
        this.manager = manager;
        manager.setName("int8Model");
        dataType = DataType.FLOAT32;
    }

    @Override
    public void load(Path modelPath, String prefix, Map<String, ?> options)
            throws IOException, MalformedModelException {
        if (block != null) {
            throw new UnsupportedOperationException(
                    Int8.ENGINE + " runs .pt and .onnx files; it takes no block");
        }
        Options given = new Options(options);
        Backend backend = Backend.choose(given.text(Int8.OPTION_BACKEND));
        setModelDir(modelPath);
        Path file = ModelFile.find(modelDir, prefix, modelName, List.of(".pt", ".onnx"));
        if (Files.isRegularFile(modelDir)) {
            // As the PyTorch engine names it.
            modelName = ModelFile.stem(file);
        }
        modelDir = file.getParent();
        ModelFiles files = ModelFiles.find(file, given.text(Int8.OPTION_ONNX).map(Path::of));
        DynamicRanges ranges = ranges(file, given.text(Int8.OPTION_RANGES).map(Path::of));
        Path folder =
                given.text(Int8.OPTION_CACHE).map(Path::of).orElseGet(CompiledCache::defaultFolder);
        Optional<Provider> gpu =
                backend == Backend.ONNXRUNTIME
                        ? onnxRuntime.provider(given, device)
                        : Optional.empty();
        CompiledCache cache = new CompiledCache(folder);
        CompiledCache.Entry compiled =
                cache.get(
                        files,
                        ranges,
                        quantization(backend == Backend.SIMULATE || gpu.isPresent(), given));
        logger.info("{} in INT8 on {}: {}", file, backend.id(), compiled.coverage());
        setProperty(Int8.PROPERTY_COVERAGE, compiled.coverage());
        if (compiled.coverage().contains("\n")) {
            logger.warn("{}: {}", file, compiled.coverage().replace("\n", "; "));
        }
        OrtModel loaded =
                gpu.isPresent()
                        ? onnxRuntime.load(compiled.file(), gpu.get(), given, device, folder)
                        : OrtModel.load(
                                compiled.file(),
                                backend == Backend.SIMULATE
                                        ? Execution.SIMULATED
                                        : Execution.INTEGER,
                                given.number(Int8.OPTION_THREADS, 0));
        session = Optional.of(loaded);
        wasLoaded = true;
        block = new Int8Block(loaded);
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

    private static QuantizationOptions quantization(boolean forTensorRt, Options given) {
        QuantizationOptions.Builder builder = QuantizationOptions.builder();
        given.list(Int8.OPTION_FLOAT_LAYERS).forEach(builder::addFloatLayer);
        if (forTensorRt) {
            return builder.optTarget(Target.TENSORRT).build();
        }
        CpuAbilities cpu = CpuAbilities.probe();
        logger.info("{}", cpu.explanation());
        return builder.optTarget(Target.CPU).optWeightBits(cpu.weightBits()).build();
    }

    @Override
    public void close() {
        session.ifPresent(OrtModel::close);
        session = Optional.empty();
        super.close();
    }
}
