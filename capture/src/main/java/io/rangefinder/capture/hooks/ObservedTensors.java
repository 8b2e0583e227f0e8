package io.rangefinder.capture.hooks;

import io.rangefinder.capture.observers.TensorObserver;
import java.util.Set;

/**
 * The points of a method that {@link TensorObserver}s may look at. Who reads a tensor is known only
 * when all code was followed, so they are found by an injection before the one that uses them.
 *
 * @param points the names of all points
 * @param operands the names of those that products and additions read
 */
record ObservedTensors(Set<String> points, Set<String> operands) {

    /** None, as long as they are not known. */
    static final ObservedTensors NONE = new ObservedTensors(Set.of(), Set.of());

    boolean areFor(TensorObserver observer, String point) {
        return points.contains(point)
                && (observer.points() == TensorObserver.Points.ALL || operands.contains(point));
    }
}
