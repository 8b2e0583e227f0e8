package io.rangefinder.examples.ranges;

import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.examples.cli.FormatOption;
import io.rangefinder.examples.cli.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code ranges convert}. */
@Command(
        name = "convert",
        description = {
            "Write ranges in another format, which the names' ends tell, or of IN its content.",
            "--format is for the file whose name tells none, else for OUT. Statistics (.json)",
            "become min-max ranges."
        })
public final class ConvertCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "A .ranges, .txt, .cache or .json file, whatever its name.")
    private Path input;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "The .ranges, .txt or .cache file to write.")
    private Path output;

    @Mixin private FormatOption format;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public ConvertCommand() {}

    @Override
    public Integer call() throws IOException {
        boolean ofInput =
                FileFormat.ofName(input).isEmpty() && FileFormat.ofName(output).isPresent();
        FileFormat to = ofInput ? FileFormat.ofName(output).orElseThrow() : format.toWrite(output);
        FileFormat from = ofInput ? format.of(input) : RangeFiles.formatOf(input);
        if (from != FileFormat.STATISTICS) {
            StatisticsOnly.requireRanges(output, to, verb.commandLine());
        }
        OutputFile.requireWritable(output);
        if (to == FileFormat.STATISTICS) {
            StatisticsFile.write(StatisticsFile.read(input), output);
        } else {
            RangeFiles.write(RangeFiles.read(input, from), output, to);
        }
        return 0;
    }
}
