package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Operators that pick elements by their index along one axis. Stateless. */
final class Gathers {

    private Gathers() {}

    /** What stands at some indices of an axis, which the axes of the indices take the place of. */
    static SymbolicTensor gather(
            OperatorCall call, SymbolicTensor x, SymbolicTensor index, int axis) {
        List<Dim> shape = new ArrayList<>(x.shape().subList(0, axis));
        shape.addAll(index.shape());
        shape.addAll(x.shape().subList(axis + 1, x.rank()));
        return known(x, index, shape)
                .orElseGet(
                        () ->
                                call.graph()
                                        .node(
                                                "Gather",
                                                x.type(),
                                                shape,
                                                List.of(x, index),
                                                Attributes.of("axis", (long) axis)));
    }

    /** Of few known elements, which may depend on the batch. */
    private static Optional<SymbolicTensor> known(
            SymbolicTensor x, SymbolicTensor index, List<Dim> shape) {
        if (x.source() instanceof Source.Filled) {
            return Optional.of(x.with(shape, x.source()));
        }
        if (x.rank() == 1
                && x.source() instanceof Source.Elements elements
                && index.source() instanceof Source.Elements indices) {
            List<Value.Scalar> values = elements.values();
            return Optional.of(
                    SymbolicTensor.of(
                            x.type(),
                            shape,
                            indices.values().stream()
                                    .map(i -> Math.toIntExact(i.whole().value()))
                                    .map(i -> values.get(i < 0 ? i + values.size() : i))
                                    .toList()));
        }
        return Optional.empty();
    }

    /** What stands at indices that are known now. */
    static SymbolicTensor gather(OperatorCall call, SymbolicTensor x, List<Long> index, int axis) {
        return gather(call, x, call.graph().longs(index), axis);
    }

    static SymbolicTensor indexSelect(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor index = call.tensor("index");
        if (x.rank() == 0) {
            return x;
        }
        SymbolicTensor flat =
                index.rank() == 1 ? index : call.primitives().reshape(index, List.of(Dim.ONE));
        return gather(call, x, flat, call.axis("dim", x.rank()));
    }

    /** Elements of the tensor as if it had one axis. */
    static SymbolicTensor take(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor flat = call.primitives().reshape(x, List.of(x.count()));
        return gather(call, flat, call.tensor("index"), 0);
    }

    static SymbolicTensor gather(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor index = call.tensor("index");
        if (x.rank() == 0 || index.rank() == 0) {
            List<Dim> one = List.of(Dim.ONE);
            SymbolicTensor row = x.rank() == 0 ? call.primitives().reshape(x, one) : x;
            SymbolicTensor at = index.rank() == 0 ? call.primitives().reshape(index, one) : index;
            return call.primitives().reshape(elements(call, row, at, 0), index.shape());
        }
        return elements(call, x, index, call.axis("dim", x.rank()));
    }

    static SymbolicTensor takeAlongDim(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor index = call.tensor("indices");
        Primitives to = call.primitives();
        if (!call.has("dim")) {
            return elements(
                    call,
                    to.reshape(x, List.of(x.count())),
                    to.reshape(index, List.of(index.count())),
                    0);
        }
        int axis = call.axis("dim", x.rank());
        List<Dim> wanted = new ArrayList<>(index.shape());
        wanted.set(axis, Dim.ONE);
        List<Dim> had = new ArrayList<>(x.shape());
        had.set(axis, Dim.ONE);
        List<Dim> shape = Primitives.broadcast(had, wanted);
        shape.set(axis, x.dim(axis));
        SymbolicTensor all = to.expand(x, shape);
        shape.set(axis, index.dim(axis));
        return elements(call, all, to.expand(index, shape), axis);
    }

    /** ONNX's GatherElements; what lies beyond the indices on other axes is cut off before. */
    private static SymbolicTensor elements(
            OperatorCall call, SymbolicTensor x, SymbolicTensor index, int axis) {
        SymbolicTensor part = x;
        for (int i = 0; i < x.rank(); i++) {
            if (i != axis && !x.dim(i).equals(index.dim(i))) {
                part = call.primitives().slice(part, i, Dim.ZERO, index.dim(i), 1);
            }
        }
        return call.graph()
                .node(
                        "GatherElements",
                        x.type(),
                        index.shape(),
                        List.of(part, call.primitives().cast(index, ElementType.INT64)),
                        Attributes.of("axis", (long) axis));
    }
}
