package io.rangefinder.engine.export.symbolic;

/** The model asks for more work or memory than any real model does. The message says of what. */
public final class LimitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what the model does, to stand behind its name
     */
    public LimitException(String what) {
        super(what + "; if it should, split it or unroll less of it; else do not trust this file");
    }
}
