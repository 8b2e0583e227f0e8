package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.List;

/** Sums, means, products, variances and truths along axes. Stateless. */
final class Reductions {

    private Reductions() {}

    static boolean keep(OperatorCall call) {
        return call.has("keepdim") && call.truth("keepdim");
    }

    /** The type in which sums are: of truths and whole numbers int64. */
    static ElementType summed(OperatorCall call, SymbolicTensor x) {
        return call.type("dtype").orElse(x.type().isFloating() ? x.type() : ElementType.INT64);
    }

    static SymbolicTensor mean(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor values = to.cast(x, call.type("dtype").orElse(x.type()));
        return to.reduce("ReduceMean", values, call.axes("dim", x.rank()), keep(call));
    }

    static Value sum(OperatorCall call) {
        return call.value(0) instanceof Value.ListOf list
                ? Numbers.sum(list.elements())
                : OperatorCall.result(reduce(call, "ReduceSum"));
    }

    static SymbolicTensor prod(OperatorCall call) {
        return reduce(call, "ReduceProd");
    }

    private static SymbolicTensor reduce(OperatorCall call, String operator) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        return to.reduce(
                operator, to.cast(x, summed(call, x)), call.axes("dim", x.rank()), keep(call));
    }

    static SymbolicTensor nanSum(OperatorCall call) {
        return sumOfNumbers(call, call.tensor("self"));
    }

    private static SymbolicTensor sumOfNumbers(OperatorCall call, SymbolicTensor x) {
        Primitives to = call.primitives();
        SymbolicTensor numbers = to.where(Comparisons.isNan(to, x), to.number(0, x), x);
        return to.reduce(
                "ReduceSum",
                to.cast(numbers, summed(call, x)),
                call.axes("dim", x.rank()),
                keep(call));
    }

    static SymbolicTensor nanMean(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor sum = sumOfNumbers(call, x);
        SymbolicTensor ones = to.cast(to.unary("Not", Comparisons.isNan(to, x)), sum.type());
        return to.div(sum, to.reduce("ReduceSum", ones, call.axes("dim", x.rank()), keep(call)));
    }

    static SymbolicTensor countNonzero(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor ones = to.cast(to.cast(x, ElementType.BOOL), ElementType.INT64);
        return to.reduce("ReduceSum", ones, call.axes("dim", x.rank()), false);
    }

    /** Whether all or any are not zero: the least or the largest of the truths. */
    static Value truths(OperatorCall call, boolean all) {
        if (call.value(0) instanceof Value.ListOf list) {
            boolean result = all;
            for (Value element : list.elements()) {
                boolean truth = ((Value.Scalar) element).truth();
                result = all ? result && truth : result || truth;
            }
            return new Value.Bool(result);
        }
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor numbers = to.cast(to.cast(x, ElementType.BOOL), ElementType.FLOAT32);
        SymbolicTensor extreme =
                to.reduce(
                        all ? "ReduceMin" : "ReduceMax",
                        numbers,
                        call.axes("dim", x.rank()),
                        keep(call));
        return OperatorCall.result(to.cast(extreme, ElementType.BOOL));
    }

    static SymbolicTensor logSumExp(OperatorCall call) {
        SymbolicTensor x = Elementwise.floating(call);
        return call.primitives()
                .reduce("ReduceLogSumExp", x, call.axes("dim", x.rank()), keep(call));
    }

    static SymbolicTensor variance(OperatorCall call) {
        return variance(call, keep(call));
    }

    static SymbolicTensor deviation(OperatorCall call) {
        return call.primitives().unary("Sqrt", variance(call, keep(call)));
    }

    static Value varianceAndMean(OperatorCall call, boolean root) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor mean =
                call.primitives().reduce("ReduceMean", x, call.axes("dim", x.rank()), keep(call));
        return OperatorCall.results(root ? deviation(call) : variance(call), mean);
    }

    private static double correction(OperatorCall call) {
        if (call.has("unbiased")) {
            return call.truth("unbiased") ? 1 : 0;
        }
        return call.has("correction") ? call.real("correction") : 1;
    }

    /** The squared distances from the mean, summed up, by {@code max(0, count - correction)}. */
    private static SymbolicTensor variance(OperatorCall call, boolean keep) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        List<Integer> axes = call.axes("dim", x.rank());
        SymbolicTensor centred = to.sub(x, to.reduce("ReduceMean", x, axes, true));
        SymbolicTensor squares = to.mul(centred, centred);
        double correction = correction(call);
        if (correction == 0) {
            return to.reduce("ReduceMean", squares, axes, keep);
        }
        Dim count = SymbolicTensor.count(axes.stream().map(x::dim).toList());
        SymbolicTensor length =
                to.cast(SymbolicTensor.scalar(ElementType.INT64, new Value.Int(count)), x.type());
        SymbolicTensor divisor = to.binary("Max", to.add(length, -correction), to.number(0, x));
        return to.div(to.reduce("ReduceSum", squares, axes, keep), divisor);
    }

    /** The sum of a matrix's diagonal. */
    static SymbolicTensor trace(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor values = to.cast(x, summed(call, x));
        SymbolicTensor diagonal =
                Creation.identity(ElementType.BOOL, x.dim(0).value(), x.dim(1).value());
        return to.reduce(
                "ReduceSum",
                to.where(diagonal, values, to.number(0, values)),
                List.of(0, 1),
                false);
    }
}
