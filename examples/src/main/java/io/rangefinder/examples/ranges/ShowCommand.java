package io.rangefinder.examples.ranges;

import io.rangefinder.capture.calibration.Calibration;
import io.rangefinder.capture.calibration.MinMaxCalibrator;
import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.examples.cli.FormatOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code ranges show}. */
@Command(
        name = "show",
        description =
                "Print a table of ranges: name, amax (the half-width) and scale (amax / 127). Of"
                        + " statistics (.json), what was seen is shown, too.")
public final class ShowCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "IN",
            description = "A .ranges, .txt, .cache or .json file, whatever its name.")
    private Path input;

    @Mixin private FormatOption format;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public ShowCommand() {}

    @Override
    public Integer call() throws IOException {
        FileFormat from = format.of(input);
        PrintWriter out = verb.commandLine().getOut();
        if (from == FileFormat.STATISTICS) {
            show(StatisticsFile.read(input), out);
        } else {
            show(RangeFiles.read(input, from), out);
        }
        out.flush();
        return 0;
    }

    private static void show(DynamicRanges ranges, PrintWriter out) {
        header(ranges.provenance(), out);
        Table table = new Table("tensor", "amax", "scale");
        ranges.tensors()
                .forEach((tensor, range) -> table.add(tensor, List.of(amax(range), scale(range))));
        table.print(out);
    }

    private static void show(ModelStatistics statistics, PrintWriter out) {
        header(statistics.provenance(), out);
        DynamicRanges ranges = Calibration.of(statistics, new MinMaxCalibrator()).ranges();
        Table table = new Table("tensor", "amax", "scale", "count", "min", "max", "nan", "inf");
        statistics
                .asMap()
                .forEach(
                        (tensor, seen) ->
                                table.add(
                                        tensor,
                                        List.of(
                                                amax(ranges.get(tensor)),
                                                scale(ranges.get(tensor)),
                                                Long.toString(seen.count()),
                                                finite(seen.min()),
                                                finite(seen.max()),
                                                Long.toString(seen.nanCount()),
                                                Long.toString(seen.infinities()))));
        table.print(out);
    }

    private static String amax(Optional<DynamicRange> range) {
        return range.map(r -> Float.toString((float) r.amax())).orElse("-");
    }

    private static String scale(Optional<DynamicRange> range) {
        return range.map(r -> Float.toString(r.scale())).orElse("-");
    }

    private static String finite(double extreme) {
        return Double.isInfinite(extreme) ? "-" : Float.toString((float) extreme);
    }

    private static void header(Provenance from, PrintWriter out) {
        from.modelDigest().ifPresent(digest -> out.println("model    " + digest));
        if (!from.call().equals(ModelCall.PLAIN)) {
            out.println("calls    " + from.callText());
        }
        for (InputDescription input : from.inputs()) {
            out.println("input    " + input.name() + " " + input.type() + " " + input.axes());
        }
        if (from.samples() > 0) {
            out.println("samples  " + from.samples());
        }
        from.method().ifPresent(method -> out.println("method   " + method));
        from.version().ifPresent(version -> out.println("version  " + version));
        from.date().ifPresent(date -> out.println("date     " + date));
        from.cacheHeader().ifPresent(header -> out.println("cache    " + header));
        if (!from.equals(Provenance.UNKNOWN)) {
            out.println();
        }
    }
}
