package io.rangefinder.capture.io;

import io.rangefinder.capture.calibration.Calibration;
import io.rangefinder.capture.calibration.Calibrator;
import io.rangefinder.capture.calibration.MinMaxCalibrator;
import io.rangefinder.capture.calibration.MissingStatisticsException;
import io.rangefinder.capture.files.BoundedFile;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InvalidRangesException;
import io.rangefinder.capture.ranges.RangeFormat;
import io.rangefinder.capture.statistics.InvalidStatisticsException;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes ranges. What is written has the format that the file's name tells, or the one
 * that is asked for; what is read may have any name: its content tells its format where the name
 * does not.
 */
public final class RangeFiles {

    /** What comes before the text of a file that somebody wrote. */
    private static final int MOST_BLANK = 1 << 16;

    private static final Logger logger = LoggerFactory.getLogger(RangeFiles.class);

    /** Told by their content, whatever a file's name says. */
    private static final Set<FileFormat> CERTAIN =
            Set.of(FileFormat.CACHE, FileFormat.ORT_CALIBRATION);

    private static final String FLATBUFFERS = ".flatbuffers";

    private RangeFiles() {}

    /**
     * Reads ranges. Statistics become ranges by {@link MinMaxCalibrator}.
     *
     * @param file a file in the format that {@link #formatOf} finds
     * @return what it holds
     * @throws InvalidRangesException if neither name nor content tell a format, or the file is not
     *     what its name says
     * @throws InvalidStatisticsException if a {@code .json} holds no statistics
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
     * @throws InvalidStatisticsException as in {@link #read(Path)}, or if they lack what the
     *     calibrator needs
     * @throws IOException if it cannot be read
     */
    public static DynamicRanges read(Path file, Calibrator calibrator) throws IOException {
        return read(file, formatOf(file), calibrator);
    }

    /**
     * Reads ranges in a format, whatever the file's name and content tell.
     *
     * @param file the file
     * @param format its format; statistics become ranges by {@link MinMaxCalibrator}
     * @return what it holds
     * @throws InvalidRangesException if it is not of this format
     * @throws InvalidStatisticsException if it holds no statistics but should
     * @throws IOException if it cannot be read
     */
    public static DynamicRanges read(Path file, FileFormat format) throws IOException {
        return read(file, format, new MinMaxCalibrator());
    }

    private static DynamicRanges read(Path file, FileFormat format, Calibrator calibrator)
            throws IOException {
        if (format.ofRanges().isPresent()) {
            return format.ofRanges().get().read(file);
        }
        if (format == FileFormat.ORT_CALIBRATION) {
            return OrtCalibration.read(file);
        }
        ModelStatistics statistics = StatisticsFile.read(file);
        Clock clock =
                statistics
                        .provenance()
                        .date()
                        .map(date -> Clock.fixed(date, ZoneOffset.UTC))
                        .orElseGet(Clock::systemUTC);
        try {
            Calibration calibration = Calibration.of(statistics, calibrator, clock);
            calibration
                    .findings()
                    .forEach(finding -> logger.warn("{}: {}", file, finding.message()));
            return calibration.ranges();
        } catch (MissingStatisticsException e) {
            throw new InvalidStatisticsException(file, e.getMessage());
        }
    }

    /**
     * The format of a file that is there. A calibration cache is told by its first line and ONNX
     * Runtime's calibration by its keys, whatever their names; other files by their name, and where
     * that tells nothing ({@code int8.calib}, {@code calibration.table}) by how they begin.
     *
     * @param file the file
     * @return its format
     * @throws InvalidRangesException if neither its name nor its content tells one
     * @throws IOException if it cannot be read
     */
    public static FileFormat formatOf(Path file) throws IOException {
        Optional<FileFormat> named = FileFormat.ofName(file);
        Optional<FileFormat> begun = ofContent(file);
        if (named.isEmpty() && file.toString().endsWith(FLATBUFFERS)) {
            throw new InvalidRangesException(
                    file,
                    "it is ONNX Runtime's calibration as a flatbuffer, which is not read; give the"
                            + " calibration.json that it writes beside it");
        }
        if (named.isEmpty() || begun.filter(CERTAIN::contains).isPresent()) {
            return begun.or(() -> named)
                    .orElseThrow(
                            () ->
                                    new InvalidRangesException(
                                            file,
                                            "neither its name nor its content tells a format of"
                                                + " ranges, such as a first line"
                                                + " TRT-8601-EntropyCalibration2 or name:amax; is"
                                                + " this a range file? If so, say its format, or"
                                                + " name it to end in "
                                                    + extensions(FileFormat.values())));
        }
        return named.get();
    }

    private static Optional<FileFormat> ofContent(Path file) throws IOException {
        try (InputStream in = BoundedFile.open(file, Long.MAX_VALUE)) {
            int first = in.read();
            int blank = 0;
            while (blank < MOST_BLANK
                    && (first == ' ' || first == '\n' || first == '\r' || first == '\t')) {
                first = in.read();
                blank++;
            }
            if (first == '{') {
                return Optional.of(
                        OrtCalibration.isOne(file)
                                ? FileFormat.ORT_CALIBRATION
                                : FileFormat.STATISTICS);
            }
        }
        return RangeFormat.ofContent(file)
                .flatMap(
                        found ->
                                Arrays.stream(FileFormat.values())
                                        .filter(f -> f.ofRanges().equals(Optional.of(found)))
                                        .findFirst());
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
        FileFormat format =
                FileFormat.ofName(file)
                        .orElseThrow(
                                () ->
                                        unknown(
                                                file,
                                                FileFormat.RANGES,
                                                FileFormat.TEXT,
                                                FileFormat.CACHE));
        write(ranges, file, format);
    }

    /**
     * Writes ranges in a format, whole or not at all.
     *
     * @param ranges the ranges
     * @param file the file to make or to replace, whatever its name
     * @param format its format
     * @throws InvalidRangesException if the format is that of statistics, or cannot hold the ranges
     * @throws IOException if it cannot be written
     */
    public static void write(DynamicRanges ranges, Path file, FileFormat format)
            throws IOException {
        RangeFormat lines =
                format.ofRanges()
                        .orElseThrow(
                                () ->
                                        new InvalidRangesException(
                                                file,
                                                format.isWritten()
                                                        ? "a .json holds statistics, which ranges"
                                                                + " do not have; write .ranges"
                                                                + " instead"
                                                        : "format "
                                                                + format.word()
                                                                + " is read only; write .ranges"
                                                                + " instead"));
        lines.write(ranges, file);
    }

    /**
     * The format to write a file in.
     *
     * @param file the file to be written, which need not exist
     * @return the format that its name tells
     * @throws InvalidRangesException if it tells none
     */
    public static FileFormat requireFormat(Path file) throws InvalidRangesException {
        Optional<FileFormat> named = FileFormat.ofName(file);
        if (named.isEmpty()) {
            throw unknown(file, FileFormat.values());
        }
        return named.get();
    }

    private static InvalidRangesException unknown(Path file, FileFormat... known) {
        return new InvalidRangesException(
                file,
                "its name does not tell a format of ranges; name it to end in "
                        + extensions(known));
    }

    private static String extensions(FileFormat... formats) {
        return Arrays.stream(formats)
                .map(FileFormat::extension)
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
