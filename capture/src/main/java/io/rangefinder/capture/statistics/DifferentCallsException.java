package io.rangefinder.capture.statistics;

import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.Provenance;
import java.util.stream.Collectors;

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
                        + call(one)
                        + " and "
                        + call(other)
                        + "; merge only what was captured through one method with the same inputs");
    }

    private static String call(Provenance provenance) {
        return provenance.moduleMethod().orElse("forward")
                + provenance.inputs().stream()
                        .map(InputDescription::name)
                        .collect(Collectors.joining(", ", "(", ")"));
    }
}
