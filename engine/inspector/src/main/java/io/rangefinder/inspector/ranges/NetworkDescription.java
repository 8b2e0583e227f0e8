package io.rangefinder.inspector.ranges;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a network of TensorRT's holds.
 *
 * @param inputs names of its inputs, in order
 * @param outputs names of its outputs, in order
 * @param layers its layers, in the network's order
 * @param tensors every tensor that is an input or that a layer makes, by name
 */
public record NetworkDescription(
        List<String> inputs,
        List<String> outputs,
        List<NetworkLayer> layers,
        Map<String, NetworkTensor> tensors) {

    /**
     * Copies.
     *
     * @param inputs names of its inputs
     * @param outputs names of its outputs
     * @param layers its layers
     * @param tensors its tensors by name
     */
    public NetworkDescription {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        layers = List.copyOf(layers);
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
}
