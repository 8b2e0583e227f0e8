package io.rangefinder.capture.calibration;

import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.List;
import java.util.OptionalDouble;

/** A rule that chooses amax, the half-width of a tensor's symmetric range, from its statistics. */
public interface Calibrator {

    /**
     * The name that ranges carry as their method.
     *
     * @return a lower-case word such as {@code minmax}
     */
    String name();

    /**
     * What it must know of a tensor, beside minimum and maximum. Where an observer does not look at
     * a tensor, since it chooses its points, the calibrator does without.
     *
     * @return the observers whose numbers it asks for; none unless it says so
     */
    default List<Observer> needs() {
        return List.of();
    }

    /**
     * Chooses amax.
     *
     * @param statistics what was seen in the tensor
     * @return amax, 0 or more, in the tensor's own unit; empty if nothing finite was seen
     */
    OptionalDouble amax(TensorStatistics statistics);
}
