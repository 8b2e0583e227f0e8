package io.rangefinder.engine.session;

/** A model or session was used after it was closed. */
public class ClosedSessionException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells what was closed.
     *
     * @param message what was used, and what to do
     */
    public ClosedSessionException(String message) {
        super(message);
    }
}
