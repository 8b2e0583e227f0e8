package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.List;

/** Norms of vectors, and distances. Stateless. */
final class Norms {

    private Norms() {}

    /** {@code norm}, {@code linalg_vector_norm}, {@code frobenius_norm}. */
    static SymbolicTensor norm(OperatorCall call) {
        String parameter = call.has("ord") ? "ord" : "p";
        double order = call.has(parameter) ? order(call, parameter) : 2;
        return along(call, order);
    }

    private static double order(OperatorCall call, String parameter) {
        if (!(call.value(parameter) instanceof Value.Text text)) {
            return call.real(parameter);
        }
        if (!text.text().equals("fro")) {
            throw call.unsupported("is a norm of matrices (" + text.text() + ")");
        }
        return 2;
    }

    /** The norm of a vector; of a matrix only the one that its elements have as a vector. */
    static SymbolicTensor linearAlgebraNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        boolean frobenius = !call.has("ord") || call.value("ord") instanceof Value.Text;
        int axes = call.has("dim") ? call.longs("dim").size() : x.rank();
        if (!frobenius && axes != 1) {
            throw call.unsupported("is a norm of matrices");
        }
        return along(call, call.has("ord") ? order(call, "ord") : 2);
    }

    private static SymbolicTensor along(OperatorCall call, double order) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor values =
                call.primitives().cast(x, call.type("dtype").orElse(Promotion.floating(x.type())));
        List<Integer> axes = call.axes("dim", x.rank());
        return norm(call.primitives(), values, order, axes, Reductions.keep(call));
    }

    /** {@code (sum of |x|^p)^(1/p)}; for p = 0 how many are not zero, at infinity the extreme. */
    static SymbolicTensor norm(
            Primitives to, SymbolicTensor x, double order, List<Integer> axes, boolean keep) {
        SymbolicTensor size = to.unary("Abs", x);
        if (x.rank() == 0 && order != 0) {
            return size;
        }
        if (order == 1) {
            return to.reduce("ReduceL1", x, axes, keep);
        }
        if (order == 2) {
            return to.reduce("ReduceL2", x, axes, keep);
        }
        if (Double.isInfinite(order)) {
            return to.reduce(order > 0 ? "ReduceMax" : "ReduceMin", size, axes, keep);
        }
        if (order == 0) {
            SymbolicTensor counted = to.cast(to.cast(x, ElementType.BOOL), x.type());
            return to.reduce("ReduceSum", counted, axes, keep);
        }
        SymbolicTensor powers = to.binary("Pow", size, to.number(order, x));
        SymbolicTensor sum = to.reduce("ReduceSum", powers, axes, keep);
        return to.binary("Pow", sum, to.number(1 / order, x));
    }

    /** The norm of the difference, to which PyTorch adds {@code eps}. */
    static SymbolicTensor pairwiseDistance(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor difference =
                to.add(to.sub(call.tensor("x1"), call.tensor("x2")), call.real("eps"));
        return norm(
                to,
                difference,
                call.real("p"),
                List.of(difference.rank() - 1),
                call.truth("keepdim"));
    }

    /** The norm of the difference of all elements. */
    static SymbolicTensor distance(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor difference = to.sub(call.tensor("self"), call.tensor("other"));
        return norm(to, difference, call.real("p"), call.axes("", difference.rank()), false);
    }

    /** The distance of each row from each. */
    static SymbolicTensor distances(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor a = call.tensor("x1");
        SymbolicTensor b = call.tensor("x2");
        SymbolicTensor difference =
                to.sub(to.unsqueeze(a, a.rank() - 1), to.unsqueeze(b, b.rank() - 2));
        return norm(to, difference, call.real("p"), List.of(difference.rank() - 1), false);
    }

    /** The product of two vectors of length one; shorter ones than {@code eps} stay shorter. */
    static SymbolicTensor cosineSimilarity(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor a = call.tensor("x1");
        SymbolicTensor b = call.tensor("x2");
        List<Dim> shape = Primitives.broadcast(a.shape(), b.shape());
        int axis = call.axis("dim", shape.size());
        SymbolicTensor product =
                to.mul(
                        normalized(call, to.expand(a, shape), axis),
                        normalized(call, to.expand(b, shape), axis));
        return to.reduce("ReduceSum", product, List.of(axis), false);
    }

    private static SymbolicTensor normalized(OperatorCall call, SymbolicTensor x, int axis) {
        Primitives to = call.primitives();
        SymbolicTensor length = norm(to, x, 2, List.of(axis), true);
        return to.div(x, to.binary("Max", length, to.number(call.real("eps"), x)));
    }
}
