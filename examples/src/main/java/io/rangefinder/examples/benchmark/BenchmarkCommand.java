package io.rangefinder.examples.benchmark;

import ai.djl.MalformedModelException;
import ai.djl.translate.TranslateException;
import io.rangefinder.examples.benchmark.CaptureBenchmark.Result;
import io.rangefinder.examples.benchmark.TimedModel.Pass;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code benchmark}, for those who work on Rangefinder. */
@Command(name = "benchmark", hidden = true, description = "Measure what Rangefinder costs.")
public final class BenchmarkCommand {

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public BenchmarkCommand() {}

    @Command(
            name = "capture",
            description =
                    "Time forward passes of a ResNet-50 with random weights, with and without"
                            + " hooks at all points.")
    int capture(
            @Option(
                            names = "--rounds",
                            defaultValue = "15",
                            description = "Forward passes of each (default: ${DEFAULT-VALUE}).")
                    int rounds,
            @Option(
                            names = "--batch-size",
                            defaultValue = "4",
                            description = "Images in one pass (default: ${DEFAULT-VALUE}).")
                    int batch)
            throws IOException, MalformedModelException, TranslateException {
        Path folder = Files.createTempDirectory("rangefinder-");
        Path archive = folder.resolve("resnet50.pt");
        try {
            ResNet50.write(archive);
            print(new CaptureBenchmark(Math.max(1, rounds), Math.max(1, batch)).run(archive));
        } finally {
            Files.deleteIfExists(archive);
            Files.deleteIfExists(folder);
        }
        return 0;
    }

    @Command(
            name = "forward",
            description =
                    "Time forward passes of a model of one float input on a CPU, by the engine"
                            + " Int8 and by the bare session of ONNX Runtime, in one thread.")
    int forward(
            @Parameters(paramLabel = "MODEL", description = "The .pt or .onnx file.") Path model,
            @Option(
                            names = "--ranges",
                            required = true,
                            paramLabel = "R",
                            description = "Its ranges.")
                    Path ranges,
            @Option(
                            names = "--rounds",
                            defaultValue = "1000",
                            description = "Passes of each (default: ${DEFAULT-VALUE}).")
                    int rounds,
            @Option(
                            names = "--batch-size",
                            defaultValue = "1",
                            description = "Samples in one pass (default: ${DEFAULT-VALUE}).")
                    int batch)
            throws Exception {
        ForwardBenchmark.Result result =
                new ForwardBenchmark(model, ranges, Math.max(1, rounds), Math.max(1, batch)).run();
        double bare = Result.median(result.bare());
        double engine = Result.median(result.engine());
        PrintWriter out = verb.commandLine().getOut();
        out.printf(Locale.ROOT, "bare         %.3f ms of CPU time%n", bare);
        out.printf(Locale.ROOT, "Int8         %.3f ms of CPU time%n", engine);
        out.printf(Locale.ROOT, "Int8/bare    %.4fx%n", engine / bare);
        out.flush();
        return 0;
    }

    private void print(Result result) {
        PrintWriter out = verb.commandLine().getOut();
        out.println("points  " + result.points());
        out.println("bare         " + times(result.bare()));
        out.println("hooks off    " + times(result.off()));
        out.println("capture      " + times(result.capture()));
        out.println("capture/bare " + ratios(result.capture(), result.bare()));
        out.println("off/bare     " + ratios(result.off(), result.bare()));
        out.printf(
                Locale.ROOT,
                "heap         %.1f MB before, %.1f MB after%n",
                result.heapBefore() / 1e6,
                result.heapAfter() / 1e6);
        out.flush();
    }

    private static String times(List<Pass> passes) {
        List<Double> times = passes.stream().map(Pass::wall).toList();
        return String.format(
                Locale.ROOT,
                "%.1f ms (%.1f to %.1f)",
                Result.median(times),
                Collections.min(times),
                Collections.max(times));
    }

    private static String ratios(List<Pass> passes, List<Pass> bare) {
        return String.format(
                Locale.ROOT,
                "%.3fx (CPU time %.3fx)",
                Result.ratio(passes, bare, Pass::wall),
                Result.ratio(passes, bare, Pass::cpu));
    }
}
