package io.rangefinder.capture.ranges;

import io.rangefinder.capture.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The kinds of file that hold dynamic ranges, a line a tensor, in UTF-8.
 *
 * <p>Numbers are printed so that they are read back unchanged to the bit, and tensors keep their
 * order; a tensor without range is written with amax or scale 0 at its place. A {@link #CACHE}
 * holds float32 scales: one that is read, written in any format, read again and written as a cache
 * is unchanged.
 *
 * <p>Reading takes files of at most 64 MiB, lines of at most 64 KiB and a million tensors, whatever
 * the file claims to be; line ends may be LF or CRLF, a byte-order mark and blank lines are passed
 * over. A name may hold anything but control characters, line separators, byte-order marks and
 * halves of surrogate pairs, and may not be empty.
 */
public enum RangeFormat {

    /**
     * Rangefinder's own: lines {@code # key: value} that say where the ranges came from, then
     * {@code name:amax} a line.
     *
     * <p>Keys, each at most once and in any order: {@code model} (its digest), {@code input} (once
     * an input, in order: {@code name type [shape]}), {@code argument} (once a bound argument:
     * {@code name=value}), {@code module-method}, {@code samples}, {@code method}, {@code version},
     * {@code date} (ISO 8601), {@code calibration-cache} (the first line of the cache that the
     * ranges were read from). {@code without-range}, the number of tensors without range, is for
     * people. Other lines that begin with {@code #} are comments.
     *
     * <p>A line is split at its last colon, since names hold colons. A name that begins with {@code
     * #} or {@code \} is written with one more {@code \} before it.
     */
    RANGES(".ranges", new AnnotatedLines()),

    /**
     * TensorRT's {@code per_tensor_dynamic_range.txt}, as its sampleINT8API reads it: {@code
     * name:amax} a line and nothing else, so a line that begins with {@code #} is a tensor. What is
     * known of where the ranges came from is lost.
     */
    TEXT(".txt", new PlainLines()),

    /**
     * TensorRT's calibration cache: a first line {@code TRT-<version>-<algorithm>}, then {@code
     * name: hhhhhhhh} a line, the big-endian hex of the float32 scale, or {@code 0}. The first line
     * is that of {@link Provenance#cacheHeader()}, or {@code TRT-8601-EntropyCalibration2}; nothing
     * else of the provenance is kept.
     */
    CACHE(".cache", new CalibrationCacheLines());

    private final String extension;
    private final LineFormat lines;

    RangeFormat(String extension, LineFormat lines) {
        this.extension = extension;
        this.lines = lines;
    }

    /**
     * The format that a file's first line tells, whatever its name.
     *
     * @param file the file
     * @return {@link #CACHE} for a calibration cache's header, {@link #RANGES} for a line {@code #
     *     key: value}, {@link #TEXT} for {@code name:amax} or ONNX Runtime's {@code name amax};
     *     empty if it is none of these
     * @throws IOException if it cannot be read
     */
    public static Optional<RangeFormat> ofContent(Path file) throws IOException {
        Optional<String> first;
        try (LineReader in = new LineReader(file)) {
            first = in.next();
        } catch (InvalidRangesException e) {
            // No text: whoever reads it by a format says so.
            return Optional.empty();
        }
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String line = first.get().strip();
        if (CalibrationCacheLines.isHeader(line)) {
            return Optional.of(CACHE);
        }
        if (HeaderLines.isKeyed(line)) {
            return Optional.of(RANGES);
        }
        return PlainLines.isTable(line) || TensorLines.isPair(line)
                ? Optional.of(TEXT)
                : Optional.empty();
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
     * Reads a file, whatever its name.
     *
     * @param file the file
     * @return what it holds
     * @throws InvalidRangesException if it is not of this format or too large
     * @throws IOException if it cannot be read
     */
    public DynamicRanges read(Path file) throws IOException {
        try (LineReader in = new LineReader(file)) {
            return lines.read(in);
        }
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @param ranges the ranges
     * @param file the file to make or to replace, whatever its name
     * @throws InvalidRangesException if this format cannot hold them: a name with a line break, or
     *     more than can be read again
     * @throws IOException if it cannot be written
     */
    public void write(DynamicRanges ranges, Path file) throws IOException {
        if (ranges.tensors().size() > TensorLines.MAX_TENSORS) {
            throw new InvalidRangesException(
                    file,
                    "cannot be written: more than "
                            + TensorLines.MAX_TENSORS
                            + " tensors, the most that can be read again; write fewer");
        }
        AtomicFile.write(file, out -> lines.write(ranges, new LineWriter(file, out)));
    }
}
