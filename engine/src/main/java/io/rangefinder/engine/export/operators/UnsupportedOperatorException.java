package io.rangefinder.engine.export.operators;

/** An operator can't be exported with its arguments; the message says why. */
public final class UnsupportedOperatorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells why.
     *
     * @param reason what about the arguments can't be exported, to stand behind the operator's name
     */
    public UnsupportedOperatorException(String reason) {
        super(reason);
    }
}
