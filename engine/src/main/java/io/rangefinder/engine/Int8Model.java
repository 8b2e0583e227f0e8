package io.rangefinder.engine;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.Translator;
import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.engine.backend.BackendLoader;
import io.rangefinder.engine.backend.Backends;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.compile.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that runs in INT8. Loading and closing are not thread safe; making predictors is.
 *
 * <p>Its NDArrays are the CPU's whatever device it runs on: a backend on a GPU takes its inputs
 * from the host's memory.
 */
final class Int8Model extends BaseModel {

    private static final Logger logger = LoggerFactory.getLogger(Int8Model.class);

    private final BackendLoader loader;
    private final Device device;
    private Optional<LoadedModel> loaded = Optional.empty();

    /**
     * Makes a model to load.
     *
     * @param name its name
     * @param manager what its NDArrays belong to, on the CPU
     * @param device the device to run on; a CPU leaves the choice to the backend
     * @param loader what loads it
     */
    Int8Model(String name, NDManager manager, Device device, BackendLoader loader) {
        super(name);
        this.manager = manager;
        this.loader = loader;
        this.device = device;
        manager.setName("int8Model");
        dataType = DataType.FLOAT32;
    }

    @Override
    public void load(Path modelPath, String prefix, Map<String, ?> options)
            throws IOException, MalformedModelException {
        if (block != null) {
            throw new UnsupportedOperationException(
                    Int8.ENGINE
                            + " runs "
                            + String.join(" and ", ModelFiles.extensions())
                            + " files; it takes no block");
        }
        setModelDir(modelPath);
        Path file = ModelFile.find(modelDir, prefix, modelName, ModelFiles.extensions());
        if (Files.isRegularFile(modelDir)) {
            // As DJL's own engines name it.
            modelName = ModelFile.stem(file, ModelFiles.extensions());
        }
        modelDir = file.getParent();
        LoadedModel given = loader.load(file, read(options));
        Optional<String> unfit = given.unfitForArrays();
        if (unfit.isPresent()) {
            given.close();
            throw new MalformedModelException(file + ": " + unfit.get());
        }
        loaded = Optional.of(given);
        wasLoaded = true;
        block = given.block();
        setProperty(Int8.PROPERTY_COVERAGE, given.coverage());
    }

    private Request read(Map<String, ?> options) {
        Map<String, ?> given = options == null ? Map.of() : options;
        Backends backends = Backends.here();
        backends.unknownOptions(given)
                .forEach(unknown -> logger.warn("{}: {}", modelName, unknown));
        return backends.read(given, device);
    }

    @Override
    public <I, O> Predictor<I, O> newPredictor(Translator<I, O> translator, Device wanted) {
        if (wanted.isGpu() && device.isGpu() && !wanted.equals(device)) {
            throw new IllegalArgumentException(
                    "model "
                            + modelName
                            + " was loaded for "
                            + device
                            + " and has no predictors on "
                            + wanted
                            + "; load it for that device, too");
        }
        LoadedModel given =
                loaded.orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "model " + modelName + " is not loaded, or is closed"));
        return given.newPredictor(
                this,
                given.takesSamples() && translator instanceof Int8Translator<I, O> int8
                        ? int8.withSamplesApart()
                        : translator);
    }

    @Override
    public void close() {
        loaded.ifPresent(LoadedModel::close);
        loaded = Optional.empty();
        super.close();
    }
}
