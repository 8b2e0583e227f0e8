package io.rangefinder.engine.tensorrt.plan.network;

import java.util.List;
import java.util.Objects;

/**
 * What TensorRT tells of a plan that it loaded.
 *
 * @param deviceMemoryBytes what one execution context takes of the device, bindings not included
 * @param bindings inputs and outputs, in the engine's order
 * @param layersJson what TensorRT's engine inspector prints of the layers, as JSON
 */
public record EngineFacts(long deviceMemoryBytes, List<Binding> bindings, String layersJson) {

    /**
     * Copies the bindings.
     *
     * @param deviceMemoryBytes what one execution context takes
     * @param bindings inputs and outputs
     * @param layersJson the layers
     */
    public EngineFacts {
        bindings = List.copyOf(bindings);
        Objects.requireNonNull(layersJson, "layersJson");
    }
}
