package io.rangefinder.engine.session;

import ai.djl.ndarray.types.Shape;

/** What to do where an input is longer or shorter than the model's fixed axes, in words. */
public final class FixedLengths {

    private FixedLengths() {}

    /**
     * The remedy, to stand behind what was expected and what was given.
     *
     * @param expected the model's shape, -1 for an axis of any length
     * @param given the input's
     * @param from the first axis that is not the batch
     * @return a part of a sentence; empty if the numbers of axes differ, or only the batch does
     */
    public static String remedy(Shape expected, Shape given, int from) {
        if (expected.dimension() != given.dimension()) {
            return "";
        }
        for (int axis = from; axis < expected.dimension(); axis++) {
            long fixed = expected.get(axis);
            long length = given.get(axis);
            if (fixed >= 0 && fixed != length) {
                String made =
                        ": it was captured and exported with "
                                + fixed
                                + " as the length of axis "
                                + axis;
                String anew = "capture and export the model with inputs of length " + length;
                return made
                        + (length < fixed ? "; pad the input to " + fixed + ", or " : "; ")
                        + anew;
            }
        }
        return "";
    }
}
