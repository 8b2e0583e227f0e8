package io.rangefinder.examples.ranges;

import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.RangeFormat;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the names of files on the command line must be. */
final class FileNames {

    private FileNames() {}

    /** Anything that holds ranges, or statistics that ranges can be made of. */
    static void requireKnown(Path file, CommandLine commandLine) {
        if (RangeFormat.ofName(file).isEmpty() && !RangeFiles.isStatistics(file)) {
            throw new ParameterException(
                    commandLine,
                    file + " must end in .ranges, .txt, .cache or .json, to tell its format");
        }
    }

    /** Ranges do not tell the statistics that they were made of. */
    static void requireNotStatistics(Path output, CommandLine commandLine) {
        if (RangeFiles.isStatistics(output)) {
            throw new ParameterException(
                    commandLine,
                    output
                            + " would hold statistics, which only statistics (.json) have; write"
                            + " .ranges, .txt or .cache");
        }
    }
}
