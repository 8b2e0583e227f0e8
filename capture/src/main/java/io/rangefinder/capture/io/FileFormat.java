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
    STATISTICS(Optional.empty(), ".json");

    private final Optional<RangeFormat> ranges;
    private final String extension;

    FileFormat(Optional<RangeFormat> ranges, String extension) {
        this.ranges = ranges;
        this.extension = extension;
    }

    /**
     * The format that a file's name tells.
     *
     * @param file a file, which need not exist
     * @return the format, or empty if the name ends otherwise
     */
    public static Optional<FileFormat> ofName(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(f -> name.endsWith(f.extension)).findFirst();
    }

    /**
     * The format of a word: its extension without the dot.
     *
     * @param word {@code ranges}, {@code txt}, {@code cache} or {@code json}
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
     * @return the extension without its dot
     */
    public String word() {
        return extension.substring(1);
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
