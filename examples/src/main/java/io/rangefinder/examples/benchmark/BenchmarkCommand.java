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
