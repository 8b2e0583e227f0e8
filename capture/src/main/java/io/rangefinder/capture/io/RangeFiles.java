package io.rangefinder.capture.io;

import io.rangefinder.capture.calibration.Calibration;
import io.rangefinder.capture.calibration.Calibrator;
import io.rangefinder.capture.calibration.MinMaxCalibrator;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InvalidRangesException;
import io.rangefinder.capture.ranges.RangeFormat;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes ranges in the format that a file's name tells. */
public final class RangeFiles {

    private static final Logger logger = LoggerFactory.getLogger(RangeFiles.class);

    private static final String STATISTICS = ".json";

    private RangeFiles() {}

    /**
     * Reads ranges. Statistics in a {@code .json} become ranges by {@link MinMaxCalibrator}.
     *
     * @param file a file whose name ends in {@code .ranges}, {@code .txt}, {@code .cache} or {@code
     *     .json}
     * @return what it holds
     * @throws InvalidRangesException if the name ends otherwise, or the file is not what its name
     *     says
     * @throws io.rangefinder.capture.statistics.InvalidStatisticsException if a {@code .json} holds
     *     no statistics
     * @throws IOException if it cannot be read
     */
    public static DynamicRanges read(Path file) throws IOException {
        return read(file, new MinMaxCalibrator());
    }

    /**
     * Reads ranges. What the calibrator finds odd in statistics is logged as a warning.
     *
     * @param file a file as in {@link #read(Path)}
     * @param calibrator what makes ranges of statistics; not asked for other files
     * @return what it holds; from statistics that know their date, ranges with that date, so that
     *     one file always reads the same
     * @throws InvalidRangesException as in {@link #read(Path)}
     * @throws io.rangefinder.capture.statistics.InvalidStatisticsException as in {@link
     *     #read(Path)}
     * @throws IOException if it cannot be read
     */
    public static DynamicRanges read(Path file, Calibrator calibrator) throws IOException {
        Optional<RangeFormat> format = RangeFormat.ofName(file);
        if (format.isPresent()) {
            return format.get().read(file);
        }
        if (!isStatistics(file)) {
            throw unknown(file, STATISTICS);
        }
        ModelStatistics statistics = StatisticsFile.read(file);
        Clock clock =
                statistics
                        .provenance()
                        .date()
                        .map(date -> Clock.fixed(date, ZoneOffset.UTC))
                        .orElseGet(Clock::systemUTC);
        Calibration calibration = Calibration.of(statistics, calibrator, clock);
        calibration.findings().forEach(finding -> logger.warn("{}: {}", file, finding.message()));
        return calibration.ranges();
    }

    /**
     * Writes ranges, whole or not at all.
     *
     * @param ranges the ranges
     * @param file the file to make or to replace; its name ends in {@code .ranges}, {@code .txt} or
     *     {@code .cache}
     * @throws InvalidRangesException if the name ends otherwise, or the format cannot hold the
     *     ranges
     * @throws IOException if it cannot be written
     */
    public static void write(DynamicRanges ranges, Path file) throws IOException {
        if (isStatistics(file)) {
            throw new InvalidRangesException(
                    file,
                    "a .json holds statistics, which ranges do not have; write .ranges instead");
        }
        RangeFormat format = RangeFormat.ofName(file).orElseThrow(() -> unknown(file, ""));
        format.write(ranges, file);
    }

    /**
     * Checks before long work that its outcome can be written.
     *
     * @param file the file to be written, which need not exist
     * @throws InvalidRangesException if its name tells no format
     */
    public static void requireFormat(Path file) throws InvalidRangesException {
        if (!isStatistics(file) && RangeFormat.ofName(file).isEmpty()) {
            throw unknown(file, STATISTICS);
        }
    }

    /**
     * Whether a file's name says that it holds statistics, which {@link StatisticsFile} reads.
     *
     * @param file a file, which need not exist
     * @return true if the name ends in {@code .json}
     */
    public static boolean isStatistics(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(STATISTICS);
    }

    private static InvalidRangesException unknown(Path file, String more) {
        String known =
                Arrays.stream(RangeFormat.values())
                        .map(RangeFormat::extension)
                        .collect(Collectors.joining(", "));
        return new InvalidRangesException(
                file,
                "its name does not tell a format of ranges; name it to end in "
                        + known
                        + (more.isEmpty() ? "" : ", " + more));
    }
}
