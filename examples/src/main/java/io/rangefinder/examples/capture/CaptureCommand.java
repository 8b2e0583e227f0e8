package io.rangefinder.examples.capture;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.RangeRecorder;
import io.rangefinder.capture.calibration.MinMaxCalibrator;
import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.examples.cli.CallOptions;
import io.rangefinder.examples.cli.ErrorLine;
import io.rangefinder.examples.cli.FormatOption;
import io.rangefinder.examples.cli.InputsOption;
import io.rangefinder.examples.cli.ModelInputs;
import io.rangefinder.examples.cli.ModelParameter;
import io.rangefinder.examples.cli.OutputFile;
import io.rangefinder.examples.cli.Progress;
import io.rangefinder.examples.cli.WorkFailedException;
import io.rangefinder.examples.npz.NpzBatches;
import io.rangefinder.examples.npz.NpzFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The verb {@code capture}. */
@Command(
        name = "capture",
        description = "Run a model on representative inputs and write the range of each tensor.")
public final class CaptureCommand implements Callable<Integer> {

    private static final String METHOD = new MinMaxCalibrator().name();

    @Mixin private ModelParameter model;

    @Mixin private InputsOption inputs;

    @Option(
            names = "--method",
            defaultValue = "minmax",
            paramLabel = "METHOD",
            description =
                    "How a range is chosen from what was seen: minmax, which clips nothing"
                            + " (default: ${DEFAULT-VALUE}).")
    private String method;

    @Option(
            names = "--points",
            defaultValue = "all",
            paramLabel = "POINTS",
            description =
                    "What is observed: all, modules (and inputs), or a regular expression for"
                            + " whole names (default: ${DEFAULT-VALUE}).")
    private String points;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "R.{ranges,txt,cache,json}",
            description =
                    "The file to write. Its name's end chooses the format: .ranges, .txt for"
                        + " TensorRT's samples, .cache for a TensorRT calibration cache, or .json"
                        + " for the whole statistics, which 'ranges merge' adds up.")
    private Path output;

    @Mixin private FormatOption format;

    @Mixin private CallOptions call;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public CaptureCommand() {}

    @Override
    public Integer call() throws IOException, MalformedModelException, WorkFailedException {
        checkUsage();
        FileFormat to = format.toWrite(output);
        OutputFile.requireWritable(output);
        Path file = model.file();
        ModelInputs taken = ModelInputs.of(file, call.call());
        for (Path npz : inputs.files()) {
            try (NpzFile given = NpzFile.open(npz)) {
                taken.arrange(given);
            }
        }
        Map<String, String> options = new HashMap<>(call.loading());
        options.put(RangeCapture.OPTION_POINTS, points);
        options.put(RangeCapture.OPTION_ARGUMENTS, call.call().argumentsText());
        try (Model loaded =
                Model.newInstance("model", call.location().orElse(null), RangeCapture.ENGINE)) {
            loaded.load(file, null, options);
            for (Path npz : inputs.files()) {
                try (NpzFile given = NpzFile.open(npz)) {
                    run(loaded, file, taken.arrange(given));
                }
            }
            RangeRecorder recorder = RangeCapture.of(loaded);
            recorder.write(output, to);
            print(recorder.statistics());
        }
        return 0;
    }

    private void checkUsage() {
        if (!method.equals(METHOD)) {
            throw new ParameterException(
                    verb.commandLine(),
                    "--method " + method + " does not exist; there is " + METHOD);
        }
        try {
            Pattern.compile(points);
        } catch (PatternSyntaxException e) {
            throw new ParameterException(
                    verb.commandLine(),
                    "--points must be all, modules or a regular expression, but "
                            + points
                            + " is none: "
                            + e.getDescription());
        }
    }

    private void run(Model loaded, Path file, NpzFile npz) throws IOException, WorkFailedException {
        RangeRecorder recorder = RangeCapture.of(loaded);
        try (Predictor<NDList, NDList> predictor = loaded.newPredictor(new NoopTranslator());
                NpzBatches batches = npz.batches(inputs.batchSize());
                Progress progress = Progress.start("capture", "inputs", npz.rows())) {
            while (batches.hasNext()) {
                long from = batches.position();
                try (NDManager manager = loaded.getNDManager().newSubManager()) {
                    NDList batch = batches.next(manager);
                    CallOptions.mark(call.call(), batch, manager);
                    predictor.predict(batch).close();
                } catch (TranslateException | EngineException e) {
                    if (e.getCause() instanceof UnsupportedOperationException) {
                        // It is the model's outputs, whatever it is given.
                        throw new WorkFailedException(e.getCause().getMessage(), e);
                    }
                    throw new WorkFailedException(
                            "cannot run "
                                    + file
                                    + " on rows "
                                    + from
                                    + " to "
                                    + (batches.position() - 1)
                                    + " of "
                                    + npz.path()
                                    + " ("
                                    + npz.arrays().stream()
                                            .map(Object::toString)
                                            .collect(Collectors.joining(", "))
                                    + "): "
                                    + ErrorLine.of(e)
                                    + "; give it arrays of the shapes and types that it takes, and"
                                    + " a --batch-size that it takes",
                            e);
                }
                if (from == 0 && recorder.statistics().asMap().isEmpty()) {
                    throw new WorkFailedException(
                            "no point of "
                                    + file
                                    + " matches --points "
                                    + points
                                    + "; capture all points into a .json and see their names with"
                                    + " 'rangefinder ranges show'");
                }
                progress.add(batches.position() - from);
            }
        }
    }

    private void print(ModelStatistics statistics) {
        long without =
                statistics.asMap().values().stream()
                        .filter(seen -> !seen.hasFinite() || seen.onlyZeros())
                        .count();
        verb.commandLine()
                .getOut()
                .printf(
                        "inputs  %d%npoints  %d%s%nranges  %s%n",
                        statistics.provenance().samples(),
                        statistics.asMap().size(),
                        without == 0 ? "" : ", of which " + without + " have no range",
                        output);
        verb.commandLine().getOut().flush();
    }
}
