package io.rangefinder.examples.cli;

/** The work of a verb failed. The message says in one line what, where, and what to do. */
public final class WorkFailedException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * Tells what is wrong.
     *
     * @param message what, where, and what to do
     */
    public WorkFailedException(String message) {
        super(message);
    }

    /**
     * Tells what is wrong.
     *
     * @param message what, where, and what to do
     * @param cause what a library made of it, shown with {@code --verbose}
     */
    public WorkFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
