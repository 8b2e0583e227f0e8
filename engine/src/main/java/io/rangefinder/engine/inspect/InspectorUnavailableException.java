package io.rangefinder.engine.inspect;

import java.io.IOException;

/** TensorRT 10 can't be asked here: the message says why and what to do. */
public class InspectorUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells what is missing.
     *
     * @param message what is missing, where it was looked for, and what to do
     */
    public InspectorUnavailableException(String message) {
        super(message);
    }

    /**
     * Tells what failed.
     *
     * @param message what failed, where, and what to do
     * @param cause why
     */
    public InspectorUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
