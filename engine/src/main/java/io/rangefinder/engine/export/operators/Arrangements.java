package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that repeat elements or put them in another order. Stateless. */
final class Arrangements {

    private Arrangements() {}

    static SymbolicTensor repeat(OperatorCall call) {
        return repeated(call, call.tensor("self"), call.dims("repeats"));
    }

    static SymbolicTensor tile(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        List<Dim> repeats = new ArrayList<>(call.dims("dims"));
        while (repeats.size() < x.rank()) {
            repeats.add(0, Dim.ONE);
        }
        return repeated(call, x, repeats);
    }

    private static SymbolicTensor repeated(OperatorCall call, SymbolicTensor x, List<Dim> repeats) {
        List<Dim> from = new ArrayList<>(x.shape());
        while (from.size() < repeats.size()) {
            from.add(0, Dim.ONE);
        }
        List<Dim> shape = new ArrayList<>();
        boolean expands = true;
        for (int i = 0; i < from.size(); i++) {
            shape.add(from.get(i).times(repeats.get(i)));
            expands &= from.get(i).is(1) || repeats.get(i).is(1);
        }
        Primitives to = call.primitives();
        SymbolicTensor whole = to.reshape(x, from);
        return expands
                ? to.expand(whole, shape)
                : call.graph()
                        .node("Tile", x.type(), shape, List.of(whole, call.graph().dims(repeats)));
    }

    static SymbolicTensor repeatInterleave(OperatorCall call) {
        Primitives to = call.primitives();
        if (!call.has("self")) {
            return call.graph().longs(indices(counts(call)));
        }
        SymbolicTensor x = call.tensor("self");
        if (!call.has("dim")) {
            x = to.reshape(x, List.of(x.count()));
        }
        int axis = call.has("dim") ? call.axis("dim", x.rank()) : 0;
        if (call.value("repeats") instanceof Value.Tensor) {
            List<Scalar> counts = counts(call);
            if (counts.size() > 1) {
                return Gathers.gather(call, x, indices(counts), axis);
            }
        }
        Dim repeats = call.dim("repeats");
        List<Dim> wide = new ArrayList<>(x.shape());
        wide.add(axis + 1, repeats);
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.set(axis, x.dim(axis).times(repeats));
        return to.reshape(to.expand(to.unsqueeze(x, axis + 1), wide), shape);
    }

    private static List<Scalar> counts(OperatorCall call) {
        return call.graph()
                .elements(call.tensor("repeats"))
                .orElseThrow(() -> call.unsupported("repeats as often as the input says"));
    }

    private static List<Long> indices(List<Scalar> counts) {
        List<Long> indices = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            int count = Math.toIntExact(counts.get(i).whole().value());
            indices.addAll(Collections.nCopies(count, (long) i));
        }
        return indices;
    }

    static SymbolicTensor roll(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        List<Long> shifts = call.longs("shifts");
        List<Long> dims = call.longs("dims");
        if (dims.isEmpty()) {
            Primitives to = call.primitives();
            SymbolicTensor flat = to.reshape(x, List.of(x.count()));
            return to.reshape(rolled(call, flat, shifts.get(0), 0), x.shape());
        }
        for (int i = 0; i < dims.size(); i++) {
            x = rolled(call, x, shifts.get(i), call.axis(dims.get(i), x.rank()));
        }
        return x;
    }

    private static SymbolicTensor rolled(
            OperatorCall call, SymbolicTensor x, long shift, int axis) {
        Dim length = x.dim(axis);
        if (length.is(0)) {
            return x;
        }
        Dim by = Dim.of(length.isConstant() ? Math.floorMod(shift, length.value()) : shift);
        if (!Dim.of(Math.abs(by.value())).isAtMost(length)) {
            throw new BatchDependentException("rolls by more than the length " + length, length);
        }
        if (by.is(0)) {
            return x;
        }
        Primitives to = call.primitives();
        Dim cut = by.value() > 0 ? length.minus(by) : by.times(Dim.of(-1));
        return to.concat(
                List.of(to.slice(x, axis, cut, length, 1), to.slice(x, axis, Dim.ZERO, cut, 1)),
                axis);
    }

    static SymbolicTensor flip(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        return flipped(
                call,
                x,
                call.longs("dims").stream().map(d -> (long) call.axis(d, x.rank())).toList());
    }

    static SymbolicTensor flip(OperatorCall call, long axis) {
        return flipped(call, call.tensor("self"), List.of(axis));
    }

    private static SymbolicTensor flipped(OperatorCall call, SymbolicTensor x, List<Long> axes) {
        if (axes.isEmpty() || x.rank() == 0) {
            return x;
        }
        int count = axes.size();
        return call.graph()
                .node(
                        "Slice",
                        x.type(),
                        x.shape(),
                        List.of(
                                x,
                                call.graph().longs(Collections.nCopies(count, -1L)),
                                call.graph().longs(Collections.nCopies(count, Long.MIN_VALUE)),
                                call.graph().longs(axes),
                                call.graph().longs(Collections.nCopies(count, -1L))));
    }

    /** By 90 degrees from the first axis towards the second. */
    static SymbolicTensor rot90(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        List<Long> dims = call.longs("dims");
        int first = call.axis(dims.get(0), x.rank());
        int second = call.axis(dims.get(1), x.rank());
        Primitives to = call.primitives();
        return switch ((int) Math.floorMod(call.integer("k"), 4L)) {
            case 0 -> x;
            case 1 -> to.transpose(flipped(call, x, List.of((long) second)), first, second);
            case 2 -> flipped(call, x, List.of((long) first, (long) second));
            default -> to.transpose(flipped(call, x, List.of((long) first)), first, second);
        };
    }

    static SymbolicTensor pixelShuffle(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        long factor = call.integer("upscale_factor");
        int axis = x.rank() - 3;
        long channels = x.dim(axis).value() / (factor * factor);
        List<Dim> shape = new ArrayList<>(x.shape().subList(0, axis));
        shape.add(Dim.of(channels));
        shape.add(x.dim(-2).times(Dim.of(factor)));
        shape.add(x.dim(-1).times(Dim.of(factor)));
        if (x.rank() == 4) {
            return call.graph()
                    .node(
                            "DepthToSpace",
                            x.type(),
                            shape,
                            List.of(x),
                            Attributes.of("blocksize", factor),
                            Attributes.of("mode", "CRD"));
        }
        List<Dim> apart = new ArrayList<>(x.shape().subList(0, axis));
        apart.addAll(List.of(Dim.of(channels), Dim.of(factor), Dim.of(factor)));
        apart.addAll(List.of(x.dim(-2), x.dim(-1)));
        List<Integer> order = Shapes.leading(axis);
        Collections.addAll(order, axis, axis + 3, axis + 1, axis + 4, axis + 2);
        return to.reshape(to.permute(to.reshape(x, apart), order), shape);
    }

    /** ONNX's SpaceToDepth has the channels in another order. */
    static SymbolicTensor pixelUnshuffle(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        Dim factor = Dim.of(call.integer("downscale_factor"));
        int axis = x.rank() - 3;
        Dim height = x.dim(-2).floorDividedBy(factor);
        Dim width = x.dim(-1).floorDividedBy(factor);
        List<Dim> apart = new ArrayList<>(x.shape().subList(0, axis + 1));
        apart.addAll(List.of(height, factor, width, factor));
        List<Integer> order = Shapes.leading(axis + 1);
        Collections.addAll(order, axis + 2, axis + 4, axis + 1, axis + 3);
        List<Dim> shape = new ArrayList<>(x.shape().subList(0, axis));
        shape.addAll(List.of(x.dim(axis).times(factor).times(factor), height, width));
        return to.reshape(to.permute(to.reshape(x, apart), order), shape);
    }

    static SymbolicTensor channelShuffle(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        Dim groups = Dim.of(call.integer("groups"));
        List<Dim> apart = new ArrayList<>(x.shape());
        apart.set(1, groups);
        apart.add(2, x.dim(1).floorDividedBy(groups));
        return to.reshape(to.transpose(to.reshape(x, apart), 1, 2), x.shape());
    }
}
