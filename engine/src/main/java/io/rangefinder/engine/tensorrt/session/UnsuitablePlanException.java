package io.rangefinder.engine.tensorrt.session;

import ai.djl.MalformedModelException;

/** A plan file is refused, or is not the plan that its description tells of. */
public class UnsuitablePlanException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells which file and why.
     *
     * @param message the file, what is wrong, and what to do
     */
    public UnsuitablePlanException(String message) {
        super(message);
    }

    /**
     * Tells which file and why.
     *
     * @param message the file, what is wrong, and what to do
     * @param cause what refused it
     */
    public UnsuitablePlanException(String message, Throwable cause) {
        super(message, cause);
    }
}
