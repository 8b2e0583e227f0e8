package io.rangefinder.capture.io;

import io.rangefinder.capture.ranges.RangeFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a file of ranges may be: ranges in one of their formats, or statistics. */
public enum FileFormat {
    /** {@link RangeFormat#RANGES}. */
    RANGES(Optional.of(RangeFormat.RANGES), RangeFormat.RANGES.extension()),
    /** {@link RangeFormat#TEXT}. */
    TEXT(Optional.of(RangeFormat.TEXT), RangeFormat.TEXT.extension()),
    /** {@link RangeFormat#CACHE}. */
    CACHE(Optional.of(RangeFormat.CACHE), RangeFormat.CACHE.extension()),
    /** Statistics, as {@link io.rangefinder.capture.statistics.StatisticsFile} writes them. */
    STATISTICS(Optional.empty(), ".json"),
    /** What ONNX Runtime's calibration writes as {@code calibration.json}; read only. */
    ORT_CALIBRATION(Optional.empty(), ".json", "onnxruntime");

    private final Optional<RangeFormat> ranges;
    private final String extension;
    private final String word;

    FileFormat(Optional<RangeFormat> ranges, String extension) {
        this(ranges, extension, extension.substring(1));
    }

    FileFormat(Optional<RangeFormat> ranges, String extension, String word) {
        this.ranges = ranges;
        this.extension = extension;
        this.word = word;
    }

    /**
     * The format that a file's name tells.
     *
     * @param file a file, which need not exist
     * @return the format, {@link #STATISTICS} for {@code .json}, or empty if the name ends
     *     otherwise
     */
    public static Optional<FileFormat> ofName(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(f -> name.endsWith(f.extension)).findFirst();
    }

    /**
     * The format of a word.
     *
     * @param word {@code ranges}, {@code txt}, {@code cache}, {@code json} or {@code onnxruntime}
     * @return the format
     * @throws IllegalArgumentException if it is another word; the message lists them
     */
    public static FileFormat named(String word) {
        return Arrays.stream(values())
                .filter(f -> f.word().equalsIgnoreCase(word.strip()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no format "
                                                + word
                                                + "; there are "
                                                + Arrays.stream(values())
                                                        .map(FileFormat::word)
                                                        .collect(Collectors.joining(", "))));
    }

    /**
     * How files of this format end.
     *
     * @return the extension with its dot
     */
    public String extension() {
        return extension;
    }

    /**
     * The word for it.
     *
     * @return the extension without its dot, but for what ONNX Runtime writes
     */
    public String word() {
        return word;
    }

    /**
     * Whether files of this format are written, too.
     *
     * @return false for what is only read
     */
    public boolean isWritten() {
        return this != ORT_CALIBRATION;
    }

    /**
     * The format, if it holds ranges.
     *
     * @return the format of ranges, or empty for statistics
     */
    public Optional<RangeFormat> ofRanges() {
        return ranges;
    }
}
