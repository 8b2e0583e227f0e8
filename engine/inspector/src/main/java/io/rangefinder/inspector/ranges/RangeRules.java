package io.rangefinder.inspector.ranges;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What is known of a network's ranges, and the rules by which more becomes known. */
final class RangeRules {

    /** What stands for the range of zeros and of no values: any does, but TensorRT wants one. */
    private static final double OF_ZEROS = 1;

    private final NetworkDescription network;
    private final Summands summands;
    private final List<NetworkLayer> layers;
    private final Map<String, List<NetworkLayer>> readers;
    private final Map<String, TensorRange> ranges;
    private final Map<String, ConstantMagnitudes> constants;

    /** Tensors whose range holds only what is read of them. */
    private final Set<String> slicedOnly;

    RangeRules(NetworkDescription network, Map<String, Double> given) {
        this.network = network;
        summands = new Summands(network);
        layers = network.layers();
        readers = new HashMap<>();
        for (NetworkLayer layer : layers) {
            for (String input : new HashSet<>(layer.inputs())) {
                readers.computeIfAbsent(input, i -> new ArrayList<>()).add(layer);
            }
        }
        ranges = new HashMap<>();
        constants = new HashMap<>();
        slicedOnly = new HashSet<>();
        given.forEach((name, amax) -> set(name, amax, TensorRange.Origin.GIVEN));
        for (NetworkLayer layer : layers) {
            if (!layer.outputs().isEmpty()) {
                layer.constant().ifPresent(bounds -> fix(layer.outputs().get(0), bounds));
            }
        }
    }

    private RangeRules(RangeRules known, List<NetworkLayer> layers) {
        network = known.network;
        summands = known.summands;
        this.layers = layers;
        readers = known.readers;
        ranges = new HashMap<>(known.ranges);
        constants = new HashMap<>(known.constants);
        slicedOnly = new HashSet<>(known.slicedOnly);
    }

    /** The same knowledge and some bounds more, of which what follows is found apart. */
    RangeRules supposing(Map<String, Double> bounds) {
        List<NetworkLayer> open =
                layers.stream().filter(l -> l.outputs().stream().anyMatch(this::isOpen)).toList();
        RangeRules supposed = new RangeRules(this, open);
        bounds.forEach(supposed::bound);
        return supposed;
    }

    Optional<TensorRange> range(String tensor) {
        return Optional.ofNullable(ranges.get(tensor));
    }

    /** The magnitudes of a tensor whose values are fixed; null of another. */
    ConstantMagnitudes constant(String tensor) {
        return constants.get(tensor);
    }

    void bound(String tensor, double amax) {
        set(tensor, amax, TensorRange.Origin.BOUNDED);
    }

    /** Applies the rules until nothing new comes of them: layers of loops are not in order. */
    void settle() {
        while (carry()) {
            // What is carried comes before any bound.
        }
        while (carry() | bound()) {
            // What is carried from a bound is a bound.
        }
    }

    private void fix(String tensor, ConstantMagnitudes bounds) {
        constants.putIfAbsent(tensor, bounds);
        set(
                tensor,
                bounds.greatest() == 0 ? OF_ZEROS : bounds.greatest(),
                TensorRange.Origin.CARRIED);
    }

    private boolean carry() {
        int before = ranges.size();
        for (NetworkLayer layer : layers) {
            forwards(layer);
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            backwards(layers.get(i));
        }
        return ranges.size() > before;
    }

    private void forwards(NetworkLayer layer) {
        Optional<List<Integer>> positions = LayerBounds.carried(layer);
        if (positions.isEmpty() || layer.outputs().isEmpty()) {
            return;
        }
        if (LayerBounds.rearranges(layer)) {
            rearrange(layer);
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
    }

    /** A constant moved about stays one; made whole numbers or truths, its values change. */
    private void rearrange(NetworkLayer layer) {
        String output = layer.outputs().get(0);
        ConstantMagnitudes bounds = constants.get(layer.inputs().get(0));
        boolean converts = layer.type().equals("CAST") || layer.type().equals("IDENTITY");
        if (bounds != null && !(converts && !isFloat(output))) {
            fix(output, bounds);
        }
    }

    private void backwards(NetworkLayer layer) {
        TensorRange out = layer.outputs().isEmpty() ? null : ranges.get(layer.outputs().get(0));
        if (out == null || slicedOnly.contains(layer.outputs().get(0))) {
            return;
        }
        for (int position : LayerBounds.contained(layer)) {
            input(layer, position)
                    .ifPresent(
                            i ->
                                    set(
                                            i,
                                            out.amax(),
                                            worse(out.origin(), TensorRange.Origin.CARRIED)));
        }
        if (layer.type().equals("SLICE")) {
            input(layer, 0).ifPresent(this::cut);
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
            ConstantMagnitudes fixed = constants.get(layer.inputs().get(1 - side));
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

    /**
     * Of a tensor that is only cut into slices no more need fit than the slices: no one sees what
     * else it holds.
     */
    private void cut(String tensor) {
        if (ranges.containsKey(tensor) || network.outputs().contains(tensor)) {
            return;
        }
        double amax = 0;
        TensorRange.Origin origin = TensorRange.Origin.CARRIED;
        for (NetworkLayer reader : readers.get(tensor)) {
            if (reader.type().equals("SHAPE")) {
                continue;
            }
            TensorRange slice =
                    reader.type().equals("SLICE") && reader.inputs().lastIndexOf(tensor) == 0
                            ? ranges.get(reader.outputs().get(0))
                            : null;
            if (slice == null) {
                return;
            }
            amax = Math.max(amax, slice.amax());
            origin = worse(origin, slice.origin());
        }
        set(tensor, amax, origin);
        slicedOnly.add(tensor);
    }

    private boolean bound() {
        int before = ranges.size();
        for (NetworkLayer layer : layers) {
            OptionalDouble bound =
                    LayerBounds.bound(
                            layer,
                            i -> magnitude(layer, i),
                            i -> input(layer, i).map(constants::get),
                            summands.of(layer));
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
        if (isFloat(tensor) && TensorRange.isUsable(amax)) {
            ranges.putIfAbsent(tensor, new TensorRange(amax, origin));
        }
    }

    private boolean isOpen(String tensor) {
        return isFloat(tensor) && !ranges.containsKey(tensor);
    }

    private boolean isFloat(String tensor) {
        NetworkTensor known = network.tensors().get(tensor);
        return known != null && known.isFloat();
    }
}
