package io.rangefinder.engine.tensorrt.plan;

import io.rangefinder.inspector.ranges.NetworkDescription;
import io.rangefinder.inspector.ranges.NetworkLayer;
import io.rangefinder.inspector.ranges.RangeAssignment;
import io.rangefinder.inspector.ranges.TensorRange;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Why layers of a network can't be in INT8, as far as the network itself tells. Stateless. */
final class FloatReasons {

    private static final Set<String> WEIGHTED =
            Set.of("CONVOLUTION", "DECONVOLUTION", "FULLY_CONNECTED", "MATRIX_MULTIPLY");

    private FloatReasons() {}

    /**
     * In explicit mode: what lacks Q/DQ.
     *
     * @return reasons by layer
     */
    static Map<String, String> explicit(NetworkDescription network) {
        Map<String, NetworkLayer> makers = new HashMap<>();
        network.layers().forEach(l -> l.outputs().forEach(o -> makers.put(o, l)));
        Map<String, String> reasons = new LinkedHashMap<>();
        for (NetworkLayer layer : network.layers()) {
            if (WEIGHTED.contains(layer.type())) {
                layer.inputs().stream()
                        .limit(2)
                        .filter(i -> !isDequantized(i, makers))
                        .findFirst()
                        .ifPresent(
                                i -> reasons.put(layer.name(), "no Q/DQ on its input '" + i + "'"));
            }
        }
        return reasons;
    }

    /**
     * In implicit mode: which tensors lack a range of use.
     *
     * @return reasons by layer
     */
    static Map<String, String> implicit(NetworkDescription network, RangeAssignment ranges) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (NetworkLayer layer : network.layers()) {
            Stream.concat(layer.inputs().stream(), layer.outputs().stream())
                    .flatMap(t -> reason(t, ranges).stream())
                    .findFirst()
                    .ifPresent(why -> reasons.put(layer.name(), why));
        }
        return reasons;
    }

    private static Optional<String> reason(String tensor, RangeAssignment ranges) {
        if (ranges.missing().contains(tensor)) {
            return Optional.of("tensor '" + tensor + "' has no range");
        }
        TensorRange range = ranges.ranges().get(tensor);
        return range != null && range.origin() == TensorRange.Origin.BOUNDED
                ? Optional.of("tensor '" + tensor + "' has no captured range, only a bound")
                : Optional.empty();
    }

    /** Whether a tensor comes from a DequantizeLinear, through what only rearranges it. */
    private static boolean isDequantized(String tensor, Map<String, NetworkLayer> makers) {
        NetworkLayer maker = makers.get(tensor);
        while (maker != null && List.of("SHUFFLE", "IDENTITY", "CAST").contains(maker.type())) {
            maker = makers.get(maker.inputs().get(0));
        }
        return maker != null && maker.type().equals("DEQUANTIZE");
    }
}
