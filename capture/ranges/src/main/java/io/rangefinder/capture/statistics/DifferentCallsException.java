package io.rangefinder.capture.statistics;

import io.rangefinder.capture.ranges.Provenance;

/** Statistics that were captured through different methods or inputs, which cannot be merged. */
public final class DifferentCallsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Names both ways that the model was called in.
     *
     * @param one where the first came from
     * @param other where the other came from
     */
    public DifferentCallsException(Provenance one, Provenance other) {
        super(
                "these statistics are of different calls, "
                        + one.callText()
                        + " and "
                        + other.callText()
                        + "; merge only what was captured through one method with the same inputs");
    }
}
