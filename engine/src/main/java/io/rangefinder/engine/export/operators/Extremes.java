package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;

/** The largest and the smallest elements and where they are. Stateless. */
final class Extremes {

    private Extremes() {}

    /** {@code max} or {@code min}: of two tensors, of all elements, or along an axis. */
    static Value extreme(OperatorCall call, String operator) {
        if (call.count() > 1 && call.value(1) instanceof Value.Tensor) {
            return Arithmetic.binary(call, operator);
        }
        SymbolicTensor x = call.tensor("self");
        if (!call.has("dim")) {
            return OperatorCall.result(
                    reduce(call, operator, x, call.axes("dim", x.rank()), false));
        }
        int axis = call.axis("dim", x.rank());
        boolean keep = Reductions.keep(call);
        return OperatorCall.results(
                reduce(call, operator, x, List.of(axis), keep),
                place(call, "Arg" + operator, x, axis, keep));
    }

    /** {@code amax} or {@code amin}. */
    static SymbolicTensor along(OperatorCall call, String operator) {
        SymbolicTensor x = call.tensor("self");
        return reduce(call, operator, x, call.axes("dim", x.rank()), Reductions.keep(call));
    }

    static Value both(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        List<Integer> axes =
                call.has("dim") ? List.of(call.axis("dim", x.rank())) : call.axes("dim", x.rank());
        boolean keep = Reductions.keep(call);
        return OperatorCall.results(
                reduce(call, "Min", x, axes, keep), reduce(call, "Max", x, axes, keep));
    }

    private static SymbolicTensor reduce(
            OperatorCall call,
            String operator,
            SymbolicTensor x,
            List<Integer> axes,
            boolean keep) {
        Primitives to = call.primitives();
        return to.cast(to.reduce("Reduce" + operator, ordered(to, x), axes, keep), x.type());
    }

    /** What ONNX Runtime has no order of becomes int32. */
    private static SymbolicTensor ordered(Primitives to, SymbolicTensor x) {
        return switch (x.type()) {
            case BOOL, INT16 -> to.cast(x, ElementType.INT32);
            default -> x;
        };
    }

    /** {@code argmax} or {@code argmin}: along an axis, or of all elements one after the other. */
    static SymbolicTensor place(OperatorCall call, String operator) {
        SymbolicTensor x = call.tensor("self");
        if (call.has("dim")) {
            return place(call, operator, x, call.axis("dim", x.rank()), Reductions.keep(call));
        }
        if (Reductions.keep(call)) {
            throw call.unsupported("keeps the axes of which it has no index");
        }
        SymbolicTensor flat = call.primitives().reshape(x, List.of(x.count()));
        return place(call, operator, flat, 0, false);
    }

    /** The first of those that are equal. */
    private static SymbolicTensor place(
            OperatorCall call, String operator, SymbolicTensor x, int axis, boolean keep) {
        if (x.rank() == 0) {
            return call.graph().scalar(ElementType.INT64, 0);
        }
        if (x.rank() == 1) {
            // TensorRT wants two axes.
            SymbolicTensor row = call.primitives().unsqueeze(x, 0);
            return call.primitives().squeeze(place(call, operator, row, 1, keep), 0);
        }
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        if (keep) {
            shape.add(axis, Dim.ONE);
        }
        return call.graph()
                .node(
                        operator,
                        ElementType.INT64,
                        shape,
                        List.of(ordered(call.primitives(), x)),
                        Attributes.of("axis", (long) axis),
                        Attributes.of("keepdims", keep ? 1L : 0L));
    }
}
