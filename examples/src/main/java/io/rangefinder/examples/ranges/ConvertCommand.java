package io.rangefinder.examples.ranges;

import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.examples.cli.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code ranges convert}. */
@Command(
        name = "convert",
        description =
                "Write ranges in another format, which the names' ends tell. Statistics (.json)"
                        + " become min-max ranges.")
public final class ConvertCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "A .ranges, .txt, .cache or .json file.")
    private Path input;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "The .ranges, .txt or .cache file to write.")
    private Path output;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public ConvertCommand() {}

    @Override
    public Integer call() throws IOException {
        FileNames.requireKnown(input, verb.commandLine());
        FileNames.requireKnown(output, verb.commandLine());
        if (!RangeFiles.isStatistics(input)) {
            FileNames.requireNotStatistics(output, verb.commandLine());
        }
        OutputFile.requireWritable(output);
        if (RangeFiles.isStatistics(output)) {
            StatisticsFile.write(StatisticsFile.read(input), output);
        } else {
            RangeFiles.write(RangeFiles.read(input), output);
        }
        return 0;
    }
}
