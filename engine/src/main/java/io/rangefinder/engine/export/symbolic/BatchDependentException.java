package io.rangefinder.engine.export.symbolic;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the model does depends on the length of the batch, or of another axis that is left open, in
 * a way that one graph cannot express.
 */
public final class BatchDependentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean placed;

    private final transient Set<Axis> axes;

    private final long multiple;

    /**
     * Tells what depends on it.
     *
     * @param what what the model does
     * @param lengths the lengths that it does it with, if they are known
     */
    public BatchDependentException(String what, Dim... lengths) {
        super(what);
        placed = false;
        axes = new LinkedHashSet<>();
        Arrays.stream(lengths).forEach(l -> axes.addAll(l.axes()));
        multiple = Arrays.stream(lengths).mapToLong(Dim::divisors).reduce(1, Dim::lcm);
    }

    private BatchDependentException(String what, BatchDependentException cause, boolean placed) {
        super(what, cause);
        this.placed = placed;
        axes = cause.axes;
        multiple = cause.multiple;
    }

    /**
     * The axes to blame.
     *
     * @return axes of open length, that of the batch among them; none if they aren't known
     */
    public Set<Axis> axes() {
        return axes;
    }

    /**
     * Of what lengths would have to be multiples, so that nothing had to be rounded here.
     *
     * @return a number, 1 if nothing is rounded
     */
    public long multiple() {
        return multiple;
    }

    /**
     * Tells it in words that say more.
     *
     * @param what what the model does
     * @return an exception that says so and blames the same axes
     */
    public BatchDependentException saying(String what) {
        return new BatchDependentException(what, this, placed);
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
        return new BatchDependentException(layer + " (" + place + ") " + getMessage(), this, true);
    }
}
