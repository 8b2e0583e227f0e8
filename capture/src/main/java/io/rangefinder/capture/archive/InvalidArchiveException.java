package io.rangefinder.capture.archive;

import ai.djl.MalformedModelException;

/** A file is not a TorchScript archive that can be read. The message names file and cure. */
public class InvalidArchiveException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells what is wrong.
     *
     * @param message the file, what is wrong with it, and what to do
     */
    public InvalidArchiveException(String message) {
        super(message);
    }

    /**
     * Tells what is wrong.
     *
     * @param message the file, what is wrong with it, and what to do
     * @param cause what a library made of it
     */
    public InvalidArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
