package io.rangefinder.inspector.ranges;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

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
 *       ...), the greatest range of what it is made of; what is only rearranged, that of the
 *       result; a sum before its constant bias, the result's and the bias's together;
 *   <li>whatever else, a bound by arithmetic on its operands' ranges ({@link
 *       TensorRange.Origin#BOUNDED}).
 * </ol>
 *
 * <p>Stateless.
 */
public final class RangePropagation {

    /** What stands for the range of zeros: any does, and TensorRT wants one above 0. */
    private static final double OF_ZEROS = 1;

    private final NetworkDescription network;
    private final Map<String, TensorRange> ranges = new HashMap<>();
    private final Map<String, ConstantBounds> constants = new HashMap<>();

    private RangePropagation(NetworkDescription network, Map<String, Double> given) {
        this.network = network;
        given.forEach((name, amax) -> set(name, amax, TensorRange.Origin.GIVEN));
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
        propagation.constants();
        while (propagation.carry()) {
            // Until nothing new comes of it: layers of loops are not in order.
        }
        while (propagation.carry() | propagation.bound()) {
            // What is carried from a bound is a bound.
        }
        return propagation.result();
    }

    private RangeAssignment result() {
        Map<String, TensorRange> found = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (NetworkTensor tensor : network.tensors().values()) {
            if (ranges.containsKey(tensor.name())) {
                found.put(tensor.name(), ranges.get(tensor.name()));
            } else if (tensor.isFloat()) {
                missing.add(tensor.name());
            }
        }
        return new RangeAssignment(found, missing);
    }

    private void constants() {
        for (NetworkLayer layer : network.layers()) {
            if (layer.constant().isPresent() && !layer.outputs().isEmpty()) {
                ConstantBounds bounds = layer.constant().get();
                String output = layer.outputs().get(0);
                constants.put(output, bounds);
                set(
                        output,
                        bounds.greatest() == 0 ? OF_ZEROS : bounds.greatest(),
                        TensorRange.Origin.CARRIED);
            }
        }
    }

    private boolean carry() {
        int before = ranges.size();
        for (NetworkLayer layer : network.layers()) {
            forwards(layer);
        }
        for (int i = network.layers().size() - 1; i >= 0; i--) {
            backwards(network.layers().get(i));
        }
        return ranges.size() > before;
    }

    private void forwards(NetworkLayer layer) {
        Optional<List<Integer>> positions = LayerBounds.carried(layer);
        if (positions.isEmpty()) {
            return;
        }
        double amax = 0;
        TensorRange.Origin origin = TensorRange.Origin.CARRIED;
        for (int position : positions.get()) {
            Optional<String> input = input(layer, position);
            if (input.isEmpty()) {
                continue;
            }
            TensorRange range = ranges.get(input.get());
            if (range == null) {
                return;
            }
            amax = Math.max(amax, range.amax());
            origin = worse(origin, range.origin());
        }
        set(layer.outputs().get(0), amax, origin);
        if (LayerBounds.rearranges(layer) && constants.containsKey(layer.inputs().get(0))) {
            constants.putIfAbsent(layer.outputs().get(0), constants.get(layer.inputs().get(0)));
        }
    }

    private void backwards(NetworkLayer layer) {
        TensorRange out = layer.outputs().isEmpty() ? null : ranges.get(layer.outputs().get(0));
        if (out == null) {
            return;
        }
        if (LayerBounds.rearranges(layer)) {
            set(layer.inputs().get(0), out.amax(), worse(out.origin(), TensorRange.Origin.CARRIED));
        }
        if (layer.type().equals("UNARY") && layer.operation().equals("SQRT")) {
            set(
                    layer.inputs().get(0),
                    out.amax() * out.amax(),
                    worse(out.origin(), TensorRange.Origin.CARRIED));
        }
        if (!layer.type().equals("ELEMENTWISE")) {
            return;
        }
        for (int side = 0; side < 2; side++) {
            ConstantBounds fixed = constants.get(layer.inputs().get(1 - side));
            if (fixed == null) {
                continue;
            }
            if (layer.operation().equals("SUM")) {
                set(
                        layer.inputs().get(side),
                        out.amax() + fixed.greatest(),
                        worse(out.origin(), TensorRange.Origin.CARRIED));
            } else if (layer.operation().equals("PROD") && fixed.least() > 0) {
                set(
                        layer.inputs().get(side),
                        out.amax() / fixed.least(),
                        TensorRange.Origin.BOUNDED);
            }
        }
    }

    private boolean bound() {
        int before = ranges.size();
        for (NetworkLayer layer : network.layers()) {
            OptionalDouble bound =
                    LayerBounds.bound(
                            layer,
                            i -> magnitude(layer, i),
                            i -> input(layer, i).map(constants::get),
                            summands(layer));
            if (bound.isPresent() && !layer.outputs().isEmpty()) {
                set(layer.outputs().get(0), bound.getAsDouble(), TensorRange.Origin.BOUNDED);
            }
        }
        return ranges.size() > before;
    }

    private OptionalDouble magnitude(NetworkLayer layer, int position) {
        return input(layer, position)
                .map(ranges::get)
                .map(r -> OptionalDouble.of(r.amax()))
                .orElse(OptionalDouble.empty());
    }

    /** The axis that a product adds up is one of the last two of either side, transposed or not. */
    private OptionalDouble summands(NetworkLayer layer) {
        double least = Double.POSITIVE_INFINITY;
        for (int side = 0; side < 2; side++) {
            Optional<NetworkTensor> tensor = input(layer, side).map(network.tensors()::get);
            if (tensor.isEmpty() || tensor.get().shape().isEmpty()) {
                return OptionalDouble.empty();
            }
            List<Long> shape = tensor.get().shape();
            List<Long> last = shape.subList(Math.max(0, shape.size() - 2), shape.size());
            if (last.contains(-1L)) {
                continue;
            }
            least = Math.min(least, last.stream().mapToLong(Long::longValue).max().getAsLong());
        }
        return Double.isInfinite(least) ? OptionalDouble.empty() : OptionalDouble.of(least);
    }

    private static Optional<String> input(NetworkLayer layer, int position) {
        return position < layer.inputs().size() && !layer.inputs().get(position).isEmpty()
                ? Optional.of(layer.inputs().get(position))
                : Optional.empty();
    }

    private static TensorRange.Origin worse(TensorRange.Origin a, TensorRange.Origin b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /** Sets what is not known yet; whole numbers, and what float32 can't hold, get no range. */
    private void set(String tensor, double amax, TensorRange.Origin origin) {
        NetworkTensor known = network.tensors().get(tensor);
        if (known != null && known.isFloat() && TensorRange.isUsable(amax)) {
            ranges.putIfAbsent(tensor, new TensorRange(amax, origin));
        }
    }
}
