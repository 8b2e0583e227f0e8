package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What runs along an axis. ONNX has only the running sum; others reduce, for each index, the
 * elements up to it. Stateless.
 */
final class Cumulative {

    private Cumulative() {}

    static SymbolicTensor sum(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor values = call.primitives().cast(x, Reductions.summed(call, x));
        if (x.rank() == 0) {
            return values;
        }
        SymbolicTensor axis = call.graph().scalar(ElementType.INT64, call.axis("dim", x.rank()));
        return call.graph().node("CumSum", values.type(), x.shape(), List.of(values, axis));
    }

    static SymbolicTensor product(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor values = call.primitives().cast(x, Reductions.summed(call, x));
        return reduce(call, "ReduceProd", values, 1);
    }

    static SymbolicTensor logSumExp(OperatorCall call) {
        return reduce(call, "ReduceLogSumExp", call.tensor("self"), Double.NEGATIVE_INFINITY);
    }

    /** {@code cummax} or {@code cummin}; of those that are equal, the last. */
    static Value extreme(OperatorCall call, String operator) {
        SymbolicTensor x = call.tensor("self");
        if (!x.type().isFloating()) {
            throw call.unsupported("is of whole numbers");
        }
        double least = operator.equals("Max") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        int axis = call.axis("dim", x.rank());
        SymbolicTensor place =
                call.graph()
                        .node(
                                "Arg" + operator,
                                ElementType.INT64,
                                x.shape(),
                                List.of(parts(call, x, axis, least)),
                                Attributes.of("axis", axis + 1L),
                                Attributes.of("keepdims", 0L),
                                Attributes.of("select_last_index", 1L));
        return OperatorCall.results(reduce(call, "Reduce" + operator, x, least), place);
    }

    private static SymbolicTensor reduce(
            OperatorCall call, String operator, SymbolicTensor x, double neutral) {
        int axis = call.axis("dim", x.rank());
        return call.primitives()
                .reduce(operator, parts(call, x, axis, neutral), List.of(axis + 1), false);
    }

    /** For each index of the axis, on a new axis behind it, the elements up to that index. */
    private static SymbolicTensor parts(
            OperatorCall call, SymbolicTensor x, int axis, double neutral) {
        if (x.rank() == 0) {
            throw call.unsupported("is of a tensor without axes");
        }
        Primitives to = call.primitives();
        Dim length = x.dim(axis);
        if (length.isConstant()) {
            call.checkLength(Math.multiplyExact(length.value(), length.value()));
        }
        List<Dim> shape = new ArrayList<>(Collections.nCopies(x.rank() - axis + 1, Dim.ONE));
        shape.set(0, length);
        shape.set(1, length);
        SymbolicTensor reached =
                to.reshape(Diagonals.mask(call, length, length, "LessOrEqual", 0), shape);
        return to.where(reached, to.unsqueeze(x, axis), to.number(neutral, x));
    }

    /** The differences between neighbours, n times. */
    static SymbolicTensor differences(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        int axis = call.axis("dim", x.rank());
        List<SymbolicTensor> parts = new ArrayList<>();
        call.optTensor("prepend").ifPresent(parts::add);
        parts.add(x);
        call.optTensor("append").ifPresent(parts::add);
        SymbolicTensor result = to.concat(parts, axis);
        for (long i = 0; i < call.integer("n"); i++) {
            SymbolicTensor behind = tail(to, result, axis);
            SymbolicTensor before = head(to, result, axis);
            result =
                    x.type() == ElementType.BOOL
                            ? to.compare("Xor", behind, before)
                            : to.sub(behind, before);
        }
        return result;
    }

    /** The area below a line through points at equal distances. */
    static SymbolicTensor area(OperatorCall call) {
        if (!call.has("dx")) {
            throw call.unsupported("has places for its points");
        }
        SymbolicTensor y = call.tensor("y");
        Primitives to = call.primitives();
        int axis = call.axis("dim", y.rank());
        SymbolicTensor sums = to.add(tail(to, y, axis), head(to, y, axis));
        SymbolicTensor sum = to.reduce("ReduceSum", sums, List.of(axis), false);
        return to.mul(sum, call.real("dx") / 2);
    }

    private static SymbolicTensor tail(Primitives to, SymbolicTensor x, int axis) {
        return to.slice(x, axis, Dim.ONE, x.dim(axis), 1);
    }

    private static SymbolicTensor head(Primitives to, SymbolicTensor x, int axis) {
        return to.slice(x, axis, Dim.ZERO, x.dim(axis).minus(Dim.ONE), 1);
    }
}
