package io.rangefinder.engine.export.symbolic;

/** What the model does depends on the batch's length in a way that one graph cannot express. */
public final class BatchDependentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean placed;

    /**
     * Tells what depends on it.
     *
     * @param what what the model does
     */
    public BatchDependentException(String what) {
        this(what, false);
    }

    private BatchDependentException(String what, boolean placed) {
        super(what);
        this.placed = placed;
    }

    /**
     * Says where it happened, unless that is known already.
     *
     * @param path the path of the layer
     * @param place the file and the line
     * @return an exception that says so
     */
    public BatchDependentException at(String path, String place) {
        if (placed) {
            return this;
        }
        String layer = path.isEmpty() ? "the model" : path;
        BatchDependentException located =
                new BatchDependentException(layer + " (" + place + ") " + getMessage(), true);
        located.initCause(this);
        return located;
    }
}
