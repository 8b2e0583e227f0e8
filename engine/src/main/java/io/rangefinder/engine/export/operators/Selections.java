package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Elements of one tensor or of another. Stateless. */
final class Selections {

    private Selections() {}

    /** One or the other; ONNX Runtime has no Where for truths. */
    static SymbolicTensor where(
            OperatorCall call, SymbolicTensor condition, SymbolicTensor a, SymbolicTensor b) {
        Primitives to = call.primitives();
        if (a.type() != ElementType.BOOL) {
            return to.where(condition, a, b);
        }
        return to.compare(
                "Or",
                to.compare("And", condition, a),
                to.compare("And", to.unary("Not", condition), b));
    }

    /**
     * Replaces what stands at some indices of an axis.
     *
     * @param values the axes before, the indices' axes, the axes behind
     */
    static SymbolicTensor scatter(
            OperatorCall call,
            SymbolicTensor x,
            SymbolicTensor index,
            SymbolicTensor values,
            int axis) {
        Primitives to = call.primitives();
        // ScatterND writes along the first axes.
        List<Integer> order = toFront(x.rank(), axis, 1);
        SymbolicTensor updates = to.permute(values, toFront(values.rank(), axis, index.rank()));
        SymbolicTensor data = to.permute(x, order);
        List<Dim> shape = new ArrayList<>(index.shape());
        shape.add(Dim.ONE);
        SymbolicTensor written =
                call.graph()
                        .node(
                                "ScatterND",
                                x.type(),
                                data.shape(),
                                List.of(data, to.reshape(index, shape), updates));
        return to.permute(
                written, IntStream.range(0, x.rank()).map(order::indexOf).boxed().toList());
    }

    private static List<Integer> toFront(int rank, int from, int count) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            order.add(i < count ? from + i : i < from + count ? i - count : i);
        }
        return order;
    }
}
