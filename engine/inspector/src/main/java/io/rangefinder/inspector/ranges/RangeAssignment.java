package io.rangefinder.inspector.ranges;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The range of each tensor of a network.
 *
 * @param ranges ranges by tensor
 * @param missing the tensors of floats that have none, in the network's order
 */
public record RangeAssignment(Map<String, TensorRange> ranges, List<String> missing) {

    /**
     * Copies.
     *
     * @param ranges ranges by tensor
     * @param missing the tensors that have none
     */
    public RangeAssignment {
        ranges = Collections.unmodifiableMap(new LinkedHashMap<>(ranges));
        missing = List.copyOf(missing);
    }

    /**
     * Whether a layer reads or makes a tensor whose range is no better than a bound. TensorRT
     * itself keeps a layer out of INT8 that touches a tensor without a range; this is the same for
     * those whose range is too wide to be of use.
     *
     * @param layer a layer of the network
     * @return true if the layer belongs in float
     */
    public boolean belongsInFloat(NetworkLayer layer) {
        return Stream.concat(layer.inputs().stream(), layer.outputs().stream())
                .map(ranges::get)
                .anyMatch(r -> r != null && r.origin() == TensorRange.Origin.BOUNDED);
    }

    /**
     * The tensors whose range has this origin.
     *
     * @param origin how the range is known
     * @return their names, in the network's order
     */
    public List<String> tensors(TensorRange.Origin origin) {
        return ranges.entrySet().stream()
                .filter(e -> e.getValue().origin() == origin)
                .map(Map.Entry::getKey)
                .toList();
    }
}
