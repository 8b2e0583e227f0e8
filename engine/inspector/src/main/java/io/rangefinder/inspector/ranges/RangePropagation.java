package io.rangefinder.inspector.ranges;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Gives every tensor of a network its range: the captured one, or that of the values it carries, or
 * a bound.
 *
 * <p>A captured range stands for the tensor of its name. Tensors that TensorRT or its parser makes
 * get theirs so, in this order:
 *
 * <ol>
 *   <li>a constant, that of its values, as NVIDIA's sampleINT8API has it;
 *   <li>what only moves, selects, joins or averages values (shuffle, slice, concatenation, pooling,
 *       ...), the greatest range of what it is made of; what is only rearranged or joined, that of
 *       the result; what is only cut into slices, that of the slices together; a sum before its
 *       constant bias, the result's and the bias's together;
 *   <li>whatever else, a bound by arithmetic on its operands' ranges ({@link
 *       TensorRange.Origin#BOUNDED});
 *   <li>what a loop carries from trip to trip, such a bound followed through each trip: an LSTM's
 *       cell gains at most 1 in each, its gates being sigmoids and hyperbolic tangents.
 * </ol>
 *
 * <p>Stateless.
 */
public final class RangePropagation {

    /** A loop that makes more trips, and grows with each, is left without bounds. */
    private static final int MOST_TRIPS = 10_000;

    /** How soon bounds must cease to grow where no one knows how many trips there are. */
    private static final int MOST_UNCOUNTED_TRIPS = 100;

    private final NetworkDescription network;
    private final RangeRules rules;
    private final Loops loops;

    private RangePropagation(NetworkDescription network, Map<String, Double> given) {
        this.network = network;
        rules = new RangeRules(network, given);
        loops = new Loops(network);
    }

    /**
     * Assigns ranges.
     *
     * @param network the network as it was parsed
     * @param given amax by name of ONNX tensor; those of other names are ignored
     * @return a range for each tensor of floats, or its name among those that have none
     */
    public static RangeAssignment propagate(NetworkDescription network, Map<String, Double> given) {
        RangePropagation propagation = new RangePropagation(network, given);
        do {
            propagation.rules.settle();
        } while (propagation.loops());
        return propagation.result();
    }

    private RangeAssignment result() {
        Map<String, TensorRange> found = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (NetworkTensor tensor : network.tensors().values()) {
            Optional<TensorRange> range = rules.range(tensor.name());
            if (range.isPresent()) {
                found.put(tensor.name(), range.get());
            } else if (tensor.isFloat()) {
                missing.add(tensor.name());
            }
        }
        return new RangeAssignment(found, missing);
    }

    /** Bounds what loops carry from trip to trip; false if nothing is to be gained. */
    private boolean loops() {
        boolean found = false;
        for (Map.Entry<String, List<NetworkLayer>> loop : loops.recurrences().entrySet()) {
            Map<String, Double> first = new LinkedHashMap<>();
            Map<String, String> next = new LinkedHashMap<>();
            for (NetworkLayer recurrence : loop.getValue()) {
                String carried = recurrence.outputs().get(0);
                Optional<TensorRange> start = rules.range(recurrence.inputs().get(0));
                if (rules.range(carried).isEmpty() && start.isPresent()) {
                    first.put(carried, start.get().amax());
                    next.put(carried, recurrence.inputs().get(1));
                }
            }
            if (!first.isEmpty()) {
                OptionalLong trips = loops.trips(loop.getKey(), rules::constant);
                Map<String, Double> bounds = run(first, next, trips);
                bounds.forEach(rules::bound);
                found |= bounds.keySet().stream().anyMatch(t -> rules.range(t).isPresent());
            }
        }
        return found;
    }

    /**
     * Follows bounds through a loop, trip by trip. Where a trip adds nothing no later one does.
     *
     * @param first bounds of what the loop starts with
     * @param next by the same keys, the tensors that a trip leaves for the next
     * @param trips how often at most; if unknown, bounds must cease to grow
     * @return bounds for all trips; empty if there are none
     */
    private Map<String, Double> run(
            Map<String, Double> first, Map<String, String> next, OptionalLong trips) {
        Map<String, Double> bounds = new LinkedHashMap<>(first);
        long most = Math.min(trips.orElse(MOST_UNCOUNTED_TRIPS), MOST_TRIPS);
        for (long trip = 0; trip < most; trip++) {
            RangeRules supposed = rules.supposing(bounds);
            supposed.settle();
            boolean grew = false;
            for (Map.Entry<String, String> carried : next.entrySet()) {
                Optional<TensorRange> left = supposed.range(carried.getValue());
                if (left.isEmpty()) {
                    return Map.of();
                }
                double amax = left.get().amax();
                grew |= amax > bounds.get(carried.getKey());
                bounds.merge(carried.getKey(), amax, Math::max);
            }
            if (!grew) {
                return bounds;
            }
        }
        return trips.isPresent() && trips.getAsLong() == most ? bounds : Map.of();
    }
}
