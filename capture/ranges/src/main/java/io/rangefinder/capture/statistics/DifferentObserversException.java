package io.rangefinder.capture.statistics;

import io.rangefinder.capture.observers.Column;
import java.util.List;

/** Statistics whose observers share a name, but not their columns, which cannot be merged. */
public final class DifferentObserversException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Names both observers' columns.
     *
     * @param observer the observer's name
     * @param one the columns of one
     * @param other the columns of the other
     */
    DifferentObserversException(String observer, List<Column> one, List<Column> other) {
        super(
                "these statistics are of two observers named "
                        + observer
                        + ", with the columns "
                        + names(one)
                        + " and "
                        + names(other)
                        + "; merge only what one version of the observer saw");
    }

    /**
     * Names the tensor in which numbers don't fit each other.
     *
     * @param tensor the tensor's name
     * @param cause what does not fit
     */
    DifferentObserversException(String tensor, IllegalArgumentException cause) {
        super(
                "these statistics of "
                        + tensor
                        + " are of observers with other settings: "
                        + cause.getMessage()
                        + "; merge only what was captured with the same settings",
                cause);
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(c -> c.name() + " (" + c.kind().word() + ")").toList();
    }
}
