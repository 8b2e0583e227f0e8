package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A file does not hold ranges as its format says, or ranges cannot be held by a format. The message
 * says the file, the line where there is one, what is wrong and what to do.
 */
public final class InvalidRangesException extends IOException {

    private static final long serialVersionUID = 1;

    /** 0 if the problem is not in one line. */
    private final int line;

    /**
     * A problem with one line of a file.
     *
     * @param file the file
     * @param line the line's number, from 1
     * @param problem what is wrong with it and what to do
     */
    public InvalidRangesException(Path file, int line, String problem) {
        super(file + ", line " + line + ": " + problem);
        this.line = line;
    }

    /**
     * A problem with a file as a whole, or with ranges on their way into it.
     *
     * @param file the file
     * @param problem what is wrong with it and what to do
     */
    public InvalidRangesException(Path file, String problem) {
        super(file + ": " + problem);
        this.line = 0;
    }

    /**
     * The line that is wrong.
     *
     * @return its number from 1, or empty if the problem is not in one line
     */
    public OptionalInt line() {
        return line == 0 ? OptionalInt.empty() : OptionalInt.of(line);
    }
}
