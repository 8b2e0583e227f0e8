package io.rangefinder.capture;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.capture.source.ModelSources;
import io.rangefinder.capture.source.ObservationOptions;
import io.rangefinder.capture.source.ObservedModel;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.source.Providers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model with hooks in it. Loading is not thread safe; predicting is, as with the engine that runs
 * it.
 */
final class RangeCaptureModel extends BaseModel {

    private static final Logger logger = LoggerFactory.getLogger(RangeCaptureModel.class);

    private final Engine engine;
    private Optional<RangeRecorder> recorder = Optional.empty();
    private Optional<RangesTarget> target = Optional.empty();
    private boolean closed;

    RangeCaptureModel(String name, Device device, Engine engine) {
        super(name);
        this.engine = engine;
        manager = engine.newBaseManager(device);
        manager.setName("rangeCaptureModel");
        dataType = DataType.FLOAT32;
    }

    @Override
    public void load(Path modelPath, String prefix, Map<String, ?> options)
            throws IOException, MalformedModelException {
        if (block != null) {
            throw new UnsupportedOperationException(
                    RangeCapture.ENGINE + " runs " + ModelSources.kinds() + "; it takes no block");
        }
        setModelDir(modelPath);
        Path file = ModelFile.find(modelDir, prefix, modelName, ModelSources.extensions());
        if (Files.isRegularFile(modelDir)) {
            // As DJL's own engines name it.
            modelName = ModelFile.stem(file, ModelSources.extensions());
        }
        modelDir = file.getParent();
        load(ModelSources.open(file), options == null ? Map.of() : options);
    }

    /** Loads what need not be a file. */
    void load(ModelSource source, Map<String, ?> options)
            throws IOException, MalformedModelException {
        target = target(options);
        PointFilter points = points(text(options, RangeCapture.OPTION_POINTS).orElse("all"));
        ObservedModel observed =
                source.observe(
                        new ObservationOptions(
                                engine,
                                manager.getDevice(),
                                options,
                                points,
                                observers(options),
                                arguments(options)));
        wasLoaded = true;
        block = new RangeCaptureBlock(observed);
        recorder = Optional.of(new RangeRecorder(observed));
    }

    private static Optional<String> text(Map<String, ?> options, String name) {
        return Optional.ofNullable(options.get(name)).map(Object::toString);
    }

    /**
     * Where ranges go when the model closes.
     *
     * @param file the file to write
     * @param format its format
     */
    private record RangesTarget(Path file, FileFormat format) {}

    private static Optional<RangesTarget> target(Map<String, ?> options) throws IOException {
        Optional<Path> file = text(options, RangeCapture.OPTION_RANGES).map(Path::of);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> word = text(options, RangeCapture.OPTION_RANGES_FORMAT);
        try {
            FileFormat format =
                    word.isPresent()
                            ? FileFormat.named(word.get())
                            : RangeFiles.requireFormat(file.get());
            if (!format.isWritten()) {
                throw new IllegalArgumentException(
                        format.word() + " is read only; write ranges instead");
            }
            return Optional.of(new RangesTarget(file.get(), format));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "option " + RangeCapture.OPTION_RANGES_FORMAT + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> arguments(Map<String, ?> options) {
        try {
            return ModelCall.parseArguments(
                    text(options, RangeCapture.OPTION_ARGUMENTS).orElse(""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "option " + RangeCapture.OPTION_ARGUMENTS + ": " + e.getMessage(), e);
        }
    }

    private static Observers observers(Map<String, ?> options) {
        try {
            return Observers.named(
                    text(options, RangeCapture.OPTION_OBSERVERS).orElse(""),
                    () -> Providers.of(Observer.class));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "option " + RangeCapture.OPTION_OBSERVERS + ": " + e.getMessage(), e);
        }
    }

    private static PointFilter points(String text) {
        try {
            return PointFilter.parse(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "option "
                            + RangeCapture.OPTION_POINTS
                            + " must be all, modules, or a regular expression: "
                            + e.getMessage(),
                    e);
        }
    }

    RangeRecorder recorder() {
        return recorder.orElseThrow(
                () -> new IllegalArgumentException("model " + modelName + " is not loaded yet"));
    }

    @Override
    public String[] getArtifactNames() {
        if (modelDir == null) {
            return new String[0];
        }
        List<String> extensions = ModelSources.extensions();
        try (Stream<Path> files = Files.walk(modelDir)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> extensions.stream().noneMatch(f.toString()::endsWith))
                    .map(f -> modelDir.relativize(f).toString())
                    .toArray(String[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + modelDir, e);
        }
    }

    /**
     * Writes the ranges if that was asked for, then frees the model.
     *
     * @throws UncheckedIOException if the ranges can't be written; the model is closed all the same
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            recorder.ifPresent(this::warnOfLengths);
            if (recorder.isPresent() && target.isPresent()) {
                write(recorder.get(), target.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "ranges of " + modelName + " are lost: " + e.getMessage(), e);
        } finally {
            if (block instanceof RangeCaptureBlock capture) {
                capture.model().close();
            }
            super.close();
        }
    }

    /** The batch, which the first axis is, may vary. */
    private void warnOfLengths(RangeRecorder seen) {
        for (InputDescription input : seen.statistics().provenance().inputs()) {
            if (IntStream.range(1, input.shape().size()).anyMatch(input::varies)) {
                logger.warn(
                        "{}: input {} had axes of several lengths, {}; Int8 and the exported model"
                                + " leave them open where the model allows it, which the export"
                                + " tells, and take only the greatest where it does not",
                        modelName,
                        input.name(),
                        input.axes());
            }
        }
    }

    private void write(RangeRecorder seen, RangesTarget to) throws IOException {
        if (seen.statistics().provenance().samples() == 0) {
            // An application that starts and stops must not lose what it once captured.
            logger.warn("{} predicted nothing: {} is not written", modelName, to.file());
            return;
        }
        seen.write(to.file(), to.format());
        logger.info("ranges of {} are in {}", modelName, to.file());
    }
}
