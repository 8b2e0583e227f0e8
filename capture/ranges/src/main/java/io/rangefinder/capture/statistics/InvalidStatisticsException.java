package io.rangefinder.capture.statistics;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file does not hold statistics as {@link StatisticsFile} describes them, or statistics cannot be
 * written. The message says the file, the place in it, what is wrong and what to do.
 */
public final class InvalidStatisticsException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * A problem with a file.
     *
     * @param file the file
     * @param problem where in it, what is wrong and what to do
     */
    public InvalidStatisticsException(Path file, String problem) {
        super(file + ": " + problem);
    }
}
