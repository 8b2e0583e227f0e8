package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes lines that {@link LineReader} will take, and refuses others. */
final class LineWriter {

    private final Path file;
    private final OutputStream out;
    private long written;

    LineWriter(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** Writes a line whose text was checked by {@link #name} or {@link #value}. */
    void line(String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        int length = bytes.remaining();
        // One byte less than is read: CRLF, should someone's editor put it there.
        if (length >= LineReader.MAX_LINE_BYTES) {
            throw wrong(
                    "the line of "
                            + Quoted.of(text)
                            + " would be longer than "
                            + (LineReader.MAX_LINE_BYTES >> 10)
                            + " KiB; shorten the name");
        }
        written += length + 1;
        if (written > LineReader.MAX_BYTES) {
            throw wrong(
                    "it would be larger than "
                            + (LineReader.MAX_BYTES >> 20)
                            + " MiB, the most that can be read again; write fewer tensors");
        }
        out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
        out.write('\n');
    }

    /** A name that can stand in a line. */
    String name(String kind, String name) throws InvalidRangesException {
        if (name.isEmpty()) {
            throw wrong("a " + kind + " has an empty name, which no line can hold; name it");
        }
        return value("the name of the " + kind, name);
    }

    /** Any text that can stand in a line. */
    String value(String kind, String text) throws InvalidRangesException {
        if (LineText.holdsForbidden(text)) {
            throw wrong(
                    kind
                            + " "
                            + Quoted.of(text)
                            + " holds "
                            + LineText.FORBIDDEN
                            + ", which no line can hold; rename it");
        }
        return text;
    }

    InvalidRangesException wrong(String problem) {
        return new InvalidRangesException(file, "cannot be written: " + problem);
    }
}
