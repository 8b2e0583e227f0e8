package io.rangefinder.capture.source;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.rangefinder.capture.observers.Observers;
import java.util.Map;

/**
 * How a model is loaded, and what of it is observed.
 *
 * @param engine the engine that makes the arrays that the model is given
 * @param device where it runs
 * @param loading DJL's options, for the engine that loads it
 * @param points the hook points whose statistics are wanted
 * @param observers what is kept of them
 * @param arguments values of arguments that are no tensors, by name
 */
public record ObservationOptions(
        Engine engine,
        Device device,
        Map<String, ?> loading,
        PointFilter points,
        Observers observers,
        Map<String, String> arguments) {

    /**
     * Copies.
     *
     * @param engine the engine that makes the arrays that the model is given
     * @param device where it runs
     * @param loading DJL's options
     * @param points the hook points whose statistics are wanted
     * @param observers what is kept of them
     * @param arguments values of arguments that are no tensors
     */
    public ObservationOptions {
        loading = Map.copyOf(loading);
        arguments = Map.copyOf(arguments);
    }
}
