package io.rangefinder.engine.session;

/** Two threads used one session at the same time. */
public class ConcurrentUseException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells which session.
     *
     * @param message the model, and what to do
     */
    public ConcurrentUseException(String message) {
        super(message);
    }
}
