package io.rangefinder.examples.ranges;

import io.rangefinder.capture.calibration.Calibration;
import io.rangefinder.capture.calibration.MinMaxCalibrator;
import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.statistics.DifferentCallsException;
import io.rangefinder.capture.statistics.DifferentModelsException;
import io.rangefinder.capture.statistics.DifferentObserversException;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.examples.cli.FormatOption;
import io.rangefinder.examples.cli.OutputFile;
import io.rangefinder.examples.cli.WorkFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code ranges merge}. */
@Command(
        name = "merge",
        description =
                "Merge what was captured from one model in several runs. Statistics (.json) add up,"
                    + " as if one run had seen all inputs. If any file holds ranges, the statistics"
                    + " behind them are gone: each tensor gets the largest amax that a file gives"
                    + " it, and the method in the output's header says so. --format is for the file"
                    + " to write.")
public final class MergeCommand implements Callable<Integer> {

    private static final Logger logger = LoggerFactory.getLogger(MergeCommand.class);

    @Parameters(
            arity = "2..*",
            paramLabel = "FILE",
            description =
                    "The files to merge, and last the file to write: .json (if all are) or .ranges,"
                            + " .txt or .cache.")
    private List<Path> files;

    @Mixin private FormatOption format;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public MergeCommand() {}

    @Override
    public Integer call() throws IOException, WorkFailedException {
        List<Path> inputs = files.subList(0, files.size() - 1);
        Path output = files.get(files.size() - 1);
        FileFormat to = format.toWrite(output);
        boolean statistics = true;
        for (Path input : inputs) {
            statistics &= RangeFiles.formatOf(input) == FileFormat.STATISTICS;
        }
        if (!statistics) {
            StatisticsOnly.requireRanges(output, to, verb.commandLine());
        }
        OutputFile.requireWritable(output);
        if (statistics) {
            write(statistics(inputs), output, to);
        } else {
            List<DynamicRanges> all = new ArrayList<>();
            for (Path input : inputs) {
                all.add(RangeFiles.read(input));
            }
            RangeFiles.write(LargestRanges.of(inputs, all), output, to);
        }
        return 0;
    }

    private static ModelStatistics statistics(List<Path> inputs)
            throws IOException, WorkFailedException {
        ModelStatistics merged = StatisticsFile.read(inputs.get(0));
        for (Path input : inputs.subList(1, inputs.size())) {
            try {
                merged = merged.merge(StatisticsFile.read(input));
            } catch (DifferentModelsException
                    | DifferentCallsException
                    | DifferentObserversException e) {
                throw new WorkFailedException(
                        "cannot merge " + inputs.get(0) + " with " + input + ": " + e.getMessage(),
                        e);
            } catch (ArithmeticException e) {
                throw new WorkFailedException(
                        input + ": a count is too large to be added; was it captured?", e);
            }
        }
        return merged;
    }

    private static void write(ModelStatistics merged, Path output, FileFormat to)
            throws IOException {
        if (to == FileFormat.STATISTICS) {
            StatisticsFile.write(merged, output);
            return;
        }
        Calibration calibration = Calibration.of(merged, new MinMaxCalibrator());
        calibration.findings().forEach(finding -> logger.warn("{}", finding.message()));
        RangeFiles.write(calibration.ranges(), output, to);
    }
}
