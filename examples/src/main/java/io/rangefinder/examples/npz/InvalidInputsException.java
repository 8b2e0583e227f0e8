package io.rangefinder.examples.npz;

import java.io.IOException;
import java.nio.file.Path;

/** A file does not hold inputs as it should. The message names file, array, problem and cure. */
public final class InvalidInputsException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * A problem with the file as a whole.
     *
     * @param file the file
     * @param problem what is wrong and what to do
     */
    public InvalidInputsException(Path file, String problem) {
        super(file + ": " + problem);
    }

    /**
     * A problem with one of its arrays.
     *
     * @param file the file
     * @param array the array's name
     * @param problem what is wrong and what to do
     */
    public InvalidInputsException(Path file, String array, String problem) {
        super(file + ", array " + array + ": " + problem);
    }
}
