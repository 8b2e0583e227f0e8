package io.rangefinder.engine.session;

/** What a model was given is not what it takes. */
public class UnsuitableInputException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells which input.
     *
     * @param message the input, what was expected and what was given
     */
    public UnsuitableInputException(String message) {
        super(message);
    }
}
