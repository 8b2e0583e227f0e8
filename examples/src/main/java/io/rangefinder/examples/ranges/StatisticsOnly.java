package io.rangefinder.examples.ranges;

import io.rangefinder.capture.io.FileFormat;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What only statistics can be written from. */
final class StatisticsOnly {

    private StatisticsOnly() {}

    /** Ranges do not tell the statistics that they were made of. */
    static void requireRanges(Path output, FileFormat format, CommandLine commandLine) {
        if (format == FileFormat.STATISTICS) {
            throw new ParameterException(
                    commandLine,
                    output
                            + " would hold statistics, which only statistics (.json) have; write"
                            + " .ranges, .txt or .cache");
        }
    }
}
