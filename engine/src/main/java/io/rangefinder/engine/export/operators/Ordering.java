package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;

/** Sorting, by ONNX's {@code TopK}, which is stable. Stateless. */
final class Ordering {

    private Ordering() {}

    static Value topk(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        return both(top(call, x, call.axis("dim", x.rank()), call.dim("k"), call.truth("largest")));
    }

    static Value sort(OperatorCall call) {
        if (call.value(0) instanceof Value.ListOf) {
            throw call.unsupported("sorts a list");
        }
        SymbolicTensor x = call.tensor("self");
        return both(sorted(call, x, call.axis("dim", x.rank())));
    }

    static SymbolicTensor argsort(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        return sorted(call, x, call.axis("dim", x.rank())).get(1);
    }

    static SymbolicTensor msort(OperatorCall call) {
        return sorted(call, call.tensor("self"), 0).get(0);
    }

    private static List<SymbolicTensor> sorted(OperatorCall call, SymbolicTensor x, int axis) {
        boolean descending = call.has("descending") && call.truth("descending");
        return x.rank() == 0
                ? List.of(x, call.graph().scalar(ElementType.INT64, 0))
                : top(call, x, axis, x.dim(axis), descending);
    }

    /** The k-th smallest. */
    static Value kthValue(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        return kth(call, x, call.axis("dim", x.rank()), call.dim("k"));
    }

    /** Of an even number of elements, the lower one of both in the middle. */
    static Value median(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        if (!call.has("dim")) {
            throw call.unsupported("is of all elements");
        }
        int axis = call.axis("dim", x.rank());
        Dim middle = x.dim(axis).plus(Dim.ONE).floorDividedBy(Dim.of(2));
        return kth(call, x, axis, middle);
    }

    private static Value kth(OperatorCall call, SymbolicTensor x, int axis, Dim k) {
        Primitives to = call.primitives();
        boolean keep = Reductions.keep(call);
        return both(
                top(call, x, axis, k, false).stream()
                        .map(t -> to.slice(t, axis, k.minus(Dim.ONE), k, 1))
                        .map(t -> keep ? t : to.squeeze(t, axis))
                        .toList());
    }

    private static Value both(List<SymbolicTensor> valuesAndPlaces) {
        return OperatorCall.results(valuesAndPlaces.get(0), valuesAndPlaces.get(1));
    }

    private static List<SymbolicTensor> top(
            OperatorCall call, SymbolicTensor x, int axis, Dim k, boolean largest) {
        Primitives to = call.primitives();
        ElementType type = x.type() == ElementType.BOOL ? ElementType.INT32 : x.type();
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.set(axis, k);
        List<SymbolicTensor> made =
                call.graph()
                        .nodes(
                                "TopK",
                                List.of(
                                        new GraphBuilder.Output(type, shape),
                                        new GraphBuilder.Output(ElementType.INT64, shape)),
                                List.of(to.cast(x, type), call.graph().dims(List.of(k))),
                                Attributes.of("axis", (long) axis),
                                Attributes.of("largest", largest ? 1L : 0L),
                                Attributes.of("sorted", 1L));
        return List.of(to.cast(made.get(0), x.type()), made.get(1));
    }

    /** How many of the ordered boundaries lie below each element; {@code right}: or on it. */
    static SymbolicTensor bucketize(OperatorCall call) {
        return count(call, call.tensor("boundaries"), call.truth("right"));
    }

    static SymbolicTensor searchSorted(OperatorCall call) {
        if (call.has("sorter")) {
            throw call.unsupported("has its sequence in another order");
        }
        boolean right =
                call.truth("right") || (call.has("side") && call.text("side").equals("right"));
        return count(call, call.tensor("sorted_sequence"), right);
    }

    private static SymbolicTensor count(
            OperatorCall call, SymbolicTensor boundaries, boolean right) {
        Primitives to = call.primitives();
        ElementType type =
                Promotion.common(List.of(call.value("self"), OperatorCall.result(boundaries)));
        SymbolicTensor x = Arithmetic.typed(call, call.value("self"), type);
        SymbolicTensor edges = to.cast(boundaries, type);
        // Sequences of their own for each row stand before the rows' elements.
        SymbolicTensor rows = edges.rank() > 1 ? to.unsqueeze(edges, edges.rank() - 1) : edges;
        SymbolicTensor below =
                to.compare(right ? "LessOrEqual" : "Less", rows, to.unsqueeze(x, x.rank()));
        ElementType counted = call.truth("out_int32") ? ElementType.INT32 : ElementType.INT64;
        return to.reduce("ReduceSum", to.cast(below, counted), List.of(x.rank()), false);
    }
}
