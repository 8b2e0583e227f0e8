package io.rangefinder.engine.compile;

import ai.djl.MalformedModelException;

/** Ranges do not fit the model: they are another's, or name none of its tensors. */
public class UnsuitableRangesException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells what does not fit.
     *
     * @param message the model, what is wrong with the ranges, and what to do
     */
    public UnsuitableRangesException(String message) {
        super(message);
    }
}
