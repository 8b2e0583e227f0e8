package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The ONNX operations that move elements and change none. Axes are counted from 0.
 *
 * <p>What changes nothing is left out, and views of weights stay views, so that no node is made for
 * them.
 */
class ShapePrimitives {

    final GraphBuilder graph;

    ShapePrimitives(GraphBuilder graph) {
        this.graph = graph;
    }

    /**
     * The same elements in another shape.
     *
     * @throws UnsupportedOperatorException if it has another number of elements
     */
    SymbolicTensor reshape(SymbolicTensor x, List<Dim> shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (!x.count().equals(SymbolicTensor.count(shape))) {
            String what = "makes shape " + shape + " of " + x.shape();
            try {
                if (!x.count().equalTo(SymbolicTensor.count(shape))) {
                    throw new UnsupportedOperatorException(what);
                }
            } catch (BatchDependentException e) {
                throw e.saying(what);
            }
        }
        if (x.source() instanceof Source.Elements || x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        if (x.source() instanceof Source.Stored stored) {
            List<Long> lengths = shape.stream().map(Dim::value).toList();
            var view = StoredViews.reshape(stored.view(), lengths);
            if (view.isPresent()) {
                return x.with(shape, new Source.Stored(view.get(), stored.path() + ".reshaped"));
            }
        }
        return graph.node("Reshape", x.type(), shape, List.of(x, reshapeTarget(x, shape)));
    }

    /** One length may be left to ONNX (-1), and one that stays where it is (0). */
    private SymbolicTensor reshapeTarget(SymbolicTensor x, List<Dim> shape) {
        List<Long> target = new ArrayList<>();
        boolean open = true;
        boolean empty = shape.contains(Dim.ZERO);
        for (int i = 0; i < shape.size(); i++) {
            Dim dim = shape.get(i);
            boolean kept = i < x.rank() && x.dim(i).equals(dim);
            if (dim.isConstant()) {
                target.add(dim.value());
            } else if (kept && !empty) {
                target.add(0L);
            } else if (open && !empty) {
                target.add(-1L);
                open = false;
            } else {
                return graph.dims(shape);
            }
        }
        return graph.longs(target);
    }

    /** Another order of the axes: for each new one the old one. */
    SymbolicTensor permute(SymbolicTensor x, List<Integer> order) {
        if (order.equals(IntStream.range(0, x.rank()).boxed().toList())) {
            return x;
        }
        List<Dim> shape = order.stream().map(x::dim).toList();
        if (x.source() instanceof Source.Stored stored) {
            WeightView view = StoredViews.permute(stored.view(), order);
            return x.with(shape, new Source.Stored(view, transposed(stored.path())));
        }
        if (x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        return graph.node(
                "Transpose",
                x.type(),
                shape,
                List.of(x),
                Attributes.of("perm", order.stream().map(Integer::longValue).toList()));
    }

    private static String transposed(String path) {
        String suffix = ".transposed";
        return path.endsWith(suffix)
                ? path.substring(0, path.length() - suffix.length())
                : path + suffix;
    }

    /** Exchanges two axes. */
    SymbolicTensor transpose(SymbolicTensor x, int a, int b) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        if (x.rank() > 0) {
            Collections.swap(order, a, b);
        }
        return permute(x, order);
    }

    /** Adds an axis of length 1 where the new one is to be. */
    SymbolicTensor unsqueeze(SymbolicTensor x, int axis) {
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.add(axis, Dim.ONE);
        if (!(x.source() instanceof Source.Computed)) {
            return reshape(x, shape);
        }
        return graph.node("Unsqueeze", x.type(), shape, List.of(x, graph.longs(axis)));
    }

    /** Removes an axis of length 1. */
    SymbolicTensor squeeze(SymbolicTensor x, int axis) {
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        if (!(x.source() instanceof Source.Computed)) {
            return reshape(x, shape);
        }
        return graph.node("Squeeze", x.type(), shape, List.of(x, graph.longs(axis)));
    }

    /** Part of an axis: from the start to before the end, both from 0, by a positive step. */
    SymbolicTensor slice(SymbolicTensor x, int axis, Dim start, Dim end, long step) {
        boolean whole = start.is(0) && end.equals(x.dim(axis)) && step == 1;
        if (whole) {
            return x;
        }
        List<Dim> shape = new ArrayList<>(x.shape());
        Dim length = end.minus(start).plus(Dim.of(step - 1)).floorDividedBy(Dim.of(step));
        shape.set(axis, length);
        if (x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        boolean known = start.isConstant() && length.isConstant();
        if (known && x.source() instanceof Source.Stored stored) {
            WeightView view =
                    StoredViews.slice(stored.view(), axis, start.value(), length.value(), step);
            return x.with(shape, new Source.Stored(view, stored.path() + ".part"));
        }
        if (x.source() instanceof Source.Elements elements && x.rank() == 1) {
            List<Value.Scalar> part = new ArrayList<>();
            for (long i = start.value(); i < end.value(); i += step) {
                part.add(elements.values().get((int) i));
            }
            return SymbolicTensor.of(x.type(), shape, part);
        }
        // To the end of the axis, wherever that is.
        Dim to = end.equals(x.dim(axis)) ? Dim.of(Long.MAX_VALUE) : end;
        return graph.node(
                "Slice",
                x.type(),
                shape,
                List.of(
                        x,
                        graph.dims(List.of(start)),
                        graph.dims(List.of(to)),
                        graph.longs(axis),
                        graph.longs(step)));
    }

    /** One index of an axis, from 0; the axis is gone then. */
    SymbolicTensor select(SymbolicTensor x, int axis, Dim index) {
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        if (!(x.source() instanceof Source.Computed)) {
            return reshape(slice(x, axis, index, index.plus(Dim.ONE), 1), shape);
        }
        if (x.dim(axis).is(1)) {
            return squeeze(x, axis);
        }
        // An index from the end holds for every batch.
        Dim fromEnd = index.minus(x.dim(axis));
        Dim at = !index.isConstant() && fromEnd.isConstant() ? fromEnd : index;
        SymbolicTensor position = SymbolicTensor.scalar(ElementType.INT64, new Value.Int(at));
        return graph.node(
                "Gather",
                x.type(),
                shape,
                List.of(x, position),
                Attributes.of("axis", (long) axis));
    }

    /** Tensors one after the other along an axis; otherwise their shapes agree. */
    SymbolicTensor concat(List<SymbolicTensor> parts, int axis) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<Dim> shape = new ArrayList<>(parts.get(0).shape());
        Dim length = Dim.ZERO;
        for (SymbolicTensor part : parts) {
            length = length.plus(part.dim(axis));
            for (int i = 0; i < shape.size(); i++) {
                // A trace may hold a length that only the traced batch has.
                if (i != axis && !part.dim(i).equalTo(shape.get(i))) {
                    throw new UnsupportedOperatorException(
                            "puts together shapes "
                                    + parts.get(0).shape()
                                    + " and "
                                    + part.shape());
                }
            }
        }
        shape.set(axis, length);
        return Scalars.concat(parts, shape)
                .orElseGet(
                        () ->
                                graph.node(
                                        "Concat",
                                        parts.get(0).type(),
                                        shape,
                                        parts,
                                        Attributes.of("axis", (long) axis)));
    }

    /** Repeats what has length 1. The shape may have more axes in front. */
    SymbolicTensor expand(SymbolicTensor x, List<Dim> shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        if (x.source() instanceof Source.Elements elements && elements.values().size() == 1) {
            return x.with(shape, new Source.Filled(elements.values().get(0)));
        }
        // Where it keeps its length ONNX is told 1, which holds for every batch.
        List<Dim> target = new ArrayList<>(shape);
        int more = shape.size() - x.rank();
        for (int i = more; i < shape.size(); i++) {
            if (x.dim(i - more).equals(shape.get(i))) {
                target.set(i, Dim.ONE);
            }
        }
        return graph.node("Expand", x.type(), shape, List.of(x, graph.dims(target)));
    }
}
