package io.rangefinder.examples.gpucheck;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import io.rangefinder.engine.backend.Backends;
import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.backend.tensorrt.TensorRtBackend;
import io.rangefinder.examples.cli.Failures;
import io.rangefinder.examples.cli.OutputFile;
import io.rangefinder.examples.cli.Verbosity;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs the ResNet in every way that this machine can, and writes a report to paste into an issue.
 *
 * <pre>{@code
 * java -cp examples/target/rangefinder.jar io.rangefinder.examples.gpucheck.GpuCheck
 * }</pre>
 */
@Command(
        name = "GpuCheck",
        description = "Run INT8 on this machine's GPU beside everything else, and write a report.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:INT8 ran on a GPU",
            "1:it did not (the report says why), or the check itself failed",
            "2:wrong usage"
        })
public final class GpuCheck implements Callable<Integer> {

    private static final List<Integer> BATCHES = List.of(1, 8, 32);
    private static final int WARM_UP = 20;

    @Option(
            names = "--examples",
            paramLabel = "FOLDER",
            description = "The folder with models and data (default: examples, or this folder).")
    private Optional<Path> examples = Optional.empty();

    @Option(
            names = "--work",
            paramLabel = "FOLDER",
            description = "Where models and plans are kept (default: target/gpucheck in it).")
    private Optional<Path> work = Optional.empty();

    @Option(
            names = "--output",
            paramLabel = "REPORT.md",
            defaultValue = "gpucheck.md",
            description = "The report to write (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Test images for accuracy (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "200",
            description = "Passes to time at each batch (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "No pass begins later, once ten are timed (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Mixin private Verbosity verbosity;

    @Spec private CommandSpec command;

    /** Made by picocli. */
    public GpuCheck() {}

    /**
     * Runs the check and ends the process.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        Verbosity.setUpLogging(arguments);
        System.exit(commandLine().execute(arguments));
    }

    /**
     * The command line, for this process or for a test.
     *
     * @return a new one, whose streams may be set
     */
    static CommandLine commandLine() {
        Failures failures = new Failures();
        return new CommandLine(new GpuCheck())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        if (images < 1 || runs < 1) {
            throw new ParameterException(
                    command.commandLine(), "--images and --runs must be at least 1");
        }
        OutputFile.requireWritable(output);
        PrintWriter out = command.commandLine().getOut();
        Path folder = folder();
        Path data = folder.resolve("data").resolve("fashion-mnist");
        Path archive = folder.resolve("models").resolve("resnet_traced.pt");
        TestImages test =
                TestImages.of(FashionMnist.test(data), images, BATCHES.get(BATCHES.size() - 1));
        Path place =
                work.orElseGet(() -> folder.resolve("target").resolve("gpucheck"))
                        .toAbsolutePath()
                        .normalize();
        Materials files = Materials.make(archive, FashionMnist.calibration(data), place, BATCHES);
        OnnxRuntimeGpu onnxRuntime = OnnxRuntimeGpu.here();
        Report report = new Report(output, MachineFacts.here(), method(test));
        for (Provider provider : Provider.values()) {
            report.addLadder(
                    "ONNX Runtime's provider " + provider.id(),
                    onnxRuntime.ladder(provider, 0).toText());
        }
        report.addLadder(
                "TensorRT through DJL",
                Backends.here().named(TensorRtBackend.ID).ladder(0).toText());
        boolean onGpu = run(new Contestants(files, onnxRuntime), test, report, out);
        out.printf("report  %s%n", output);
        out.flush();
        return onGpu ? 0 : 1;
    }

    private boolean run(Contestants contestants, TestImages test, Report report, PrintWriter out)
            throws IOException, ModelException, TranslateException {
        Contestant reference = contestants.reference();
        int batch = BATCHES.get(BATCHES.size() - 1);
        float[] logits;
        try (Runner runner = reference.load(batch)) {
            logits = test.logits(runner, batch);
        }
        Trials trials = new Trials(test, BATCHES, new Speed.Plan(WARM_UP, runs, seconds), logits);
        List<Contestant> all = new ArrayList<>(List.of(reference, contestants.simulation()));
        all.addAll(contestants.others());
        boolean onGpu = false;
        for (int i = 0; i < all.size(); i++) {
            Contestant contestant = all.get(i);
            report.begin(contestant);
            Result result = i == 1 ? trials.runAsSimulation(contestant) : trials.run(contestant);
            report.add(result);
            out.println(line(result));
            out.flush();
            onGpu |= contestant.isInt8OnGpu() && result instanceof Result.Ran;
        }
        return onGpu;
    }

    private static String line(Result result) {
        String name = result.contestant().name();
        return result instanceof Result.NotRun not
                ? name + "  not run: " + not.why()
                : name + "  ran";
    }

    private Path folder() {
        return examples.orElseGet(
                        () ->
                                Files.isDirectory(Path.of("examples", "models"))
                                        ? Path.of("examples")
                                        : Path.of("."))
                .toAbsolutePath()
                .normalize();
    }

    private static String method(TestImages test) {
        return "ResNet on the first "
                + test.count()
                + " test images of Fashion-MNIST; ranges of 512 training images, min-max; "
                + WARM_UP
                + " passes to warm up at each batch.";
    }
}
