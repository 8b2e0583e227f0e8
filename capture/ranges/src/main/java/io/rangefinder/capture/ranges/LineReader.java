package io.rangefinder.capture.ranges;

import io.rangefinder.capture.files.BoundedFile;
import io.rangefinder.capture.files.FileTooLargeException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads the lines of a file that may be anything: bounded in memory, and strict about UTF-8.
 *
 * <p>Lines are cut as bytes and decoded one by one, so that an error names the line it is in.
 */
final class LineReader implements Closeable {

    static final long MAX_BYTES = 64L << 20;
    static final int MAX_LINE_BYTES = 64 << 10;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final InputStream in;
    private int line;

    LineReader(Path file) throws IOException {
        this.file = file;
        try {
            this.in = BoundedFile.open(file, MAX_BYTES);
        } catch (FileTooLargeException e) {
            throw tooLarge();
        }
    }

    /** The next line that is not blank, without its end; empty at the end of the file. */
    Optional<String> next() throws IOException {
        while (true) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (!cut(bytes)) {
                return Optional.empty();
            }
            String text = decode(bytes.toByteArray());
            if (text.endsWith("\r")) {
                text = text.substring(0, text.length() - 1);
            }
            if (line == 1 && text.startsWith(BYTE_ORDER_MARK)) {
                text = text.substring(1);
            }
            if (!text.isBlank()) {
                return Optional.of(text);
            }
        }
    }

    /** The number, from 1, of the line that was read last. */
    int line() {
        return line;
    }

    Path file() {
        return file;
    }

    InvalidRangesException wrong(String problem) {
        return new InvalidRangesException(file, Math.max(line, 1), problem);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean cut(ByteArrayOutputStream bytes) throws IOException {
        int next = read();
        // A file may be of nothing but empty lines.
        while (next == '\n') {
            line++;
            next = read();
        }
        if (next < 0) {
            return false;
        }
        line++;
        for (; next >= 0 && next != '\n'; next = read()) {
            if (bytes.size() == MAX_LINE_BYTES) {
                throw wrong(
                        "the line is longer than "
                                + (MAX_LINE_BYTES >> 10)
                                + " KiB, which no range is; is this a range file?");
            }
            bytes.write(next);
        }
        return true;
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (FileTooLargeException e) {
            throw tooLarge();
        }
    }

    private InvalidRangesException tooLarge() {
        return new InvalidRangesException(
                file,
                "it is larger than "
                        + (MAX_BYTES >> 20)
                        + " MiB, the most that is read as ranges; is this a range file?");
    }

    private String decode(byte[] bytes) throws InvalidRangesException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw wrong("it is not UTF-8 text; save the file as UTF-8, or check that it is text");
        }
    }
}
