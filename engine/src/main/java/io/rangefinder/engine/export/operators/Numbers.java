package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Operators on numbers, and between numbers and tensors without axes. Stateless. */
final class Numbers {

    private Numbers() {}

    private static Scalar number(OperatorCall call) {
        Value value = call.value(0);
        if (value instanceof Value.Text text) {
            return new Value.Real(Double.parseDouble(text.text()));
        }
        if (value instanceof Scalar scalar) {
            return scalar;
        }
        if (value instanceof Value.Tensor tensor) {
            return call.graph()
                    .elements(tensor.get())
                    .filter(e -> e.size() == 1)
                    .map(e -> e.get(0))
                    .orElseThrow(() -> notKnown(call, tensor.get()));
        }
        throw call.unsupported("makes no number of this");
    }

    private static RuntimeException notKnown(OperatorCall call, SymbolicTensor tensor) {
        return call.graph().isOfLengths(tensor)
                ? new BatchDependentException("makes a number of what depends on the batch")
                : call.unsupported(
                        "makes a number of a tensor whose value depends on the input: what follows"
                                + " from it can't be in a graph");
    }

    static Value toInt(OperatorCall call) {
        return new Value.Int(number(call).whole());
    }

    static Value toFloat(OperatorCall call) {
        return Scalars.convert(number(call), ElementType.FLOAT64);
    }

    static Value toBool(OperatorCall call) {
        return new Value.Bool(number(call).truth());
    }

    static Value item(OperatorCall call) {
        return number(call);
    }

    static Value toTensor(OperatorCall call) {
        Scalar scalar = number(call);
        ElementType type = Promotion.typeOf(scalar);
        return Value.Tensor.ofNumber(
                SymbolicTensor.scalar(
                        type == ElementType.FLOAT32 ? ElementType.FLOAT64 : type, scalar));
    }

    /** A number in a tensor is a tensor from now on. */
    static Value detached(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        return x.isNumber() ? OperatorCall.result(x.get()) : x;
    }

    static Value toText(OperatorCall call) {
        return new Value.Text(Containers.text(call.value(0)));
    }

    static Value not(OperatorCall call) {
        return new Value.Bool(!number(call).truth());
    }

    static Value is(OperatorCall call) {
        return new Value.Bool(same(call));
    }

    static Value isNot(OperatorCall call) {
        return new Value.Bool(!same(call));
    }

    private static boolean same(OperatorCall call) {
        Value a = call.value(0);
        Value b = call.value(1);
        return a == b || a.equals(b);
    }

    /** {@code ceil} and {@code floor} of a number are whole, {@code round} of one is not. */
    static Value rounded(OperatorCall call, String operator) {
        Scalar number = number(call);
        boolean plain = operator.equals("Round");
        if (plain && call.has("decimals") && call.integer("decimals") != 0) {
            throw call.unsupported("rounds a number to decimals");
        }
        if (ScalarMath.isWhole(number) || ScalarMath.isOpen(number)) {
            return plain
                    ? Scalars.convert(number, ElementType.FLOAT64)
                    : new Value.Int(number.whole());
        }
        double result = ScalarMath.real(operator, number.real()).orElseThrow();
        return plain ? new Value.Real(result) : Value.Int.of((long) result);
    }

    /** A function of numbers with fractions; of a tensor it is an operator of ONNX. */
    static Operator function(DoubleUnaryOperator function, OperatorTable.OneTensor ofTensor) {
        return call ->
                call.value(0) instanceof Scalar scalar
                        ? new Value.Real(function.applyAsDouble(scalar.real()))
                        : OperatorCall.result(ofTensor.apply(call));
    }

    static Value absolute(OperatorCall call) {
        if (call.value(0) instanceof Scalar scalar) {
            return ScalarMath.isWhole(scalar)
                    ? new Value.Int(absolute(scalar.whole()))
                    : new Value.Real(Math.abs(scalar.real()));
        }
        return OperatorCall.result(call.primitives().unary("Abs", call.tensor("self")));
    }

    private static Dim absolute(Dim whole) {
        return whole.compareTo(Dim.ZERO) < 0 ? whole.times(Dim.of(-1)) : whole;
    }

    static Value extreme(OperatorCall call) {
        boolean least = call.name().endsWith("min");
        List<Value> values =
                call.value(0) instanceof Value.ListOf list
                        ? list.elements()
                        : List.of(call.value(0), call.value(1));
        Scalar best = null;
        for (Value value : values) {
            if (!(value instanceof Scalar scalar)) {
                throw call.unsupported("compares what are no numbers");
            }
            boolean better =
                    best == null
                            || ScalarMath.binary(least ? "Less" : "Greater", scalar, best).truth();
            best = better ? scalar : best;
        }
        if (best == null) {
            throw call.unsupported("has nothing to compare");
        }
        return best;
    }

    /** The number that a loop over {@code range(start, _, step)} is at. */
    static Value derivedIndex(OperatorCall call) {
        Scalar distance = ScalarMath.binary("Mul", (Scalar) call.value(0), (Scalar) call.value(2));
        return ScalarMath.binary("Add", (Scalar) call.value(1), distance);
    }

    /** How often a loop over {@code range(low, high, step)} runs. */
    static Value rangeLength(OperatorCall call) {
        long low = ((Scalar) call.value(0)).whole().value();
        long high = ((Scalar) call.value(1)).whole().value();
        long step = ((Scalar) call.value(2)).whole().value();
        return Value.Int.of(Math.max(0, -Math.floorDiv(low - high, step)));
    }

    /** The sum of a list of numbers. */
    static Value sum(List<Value> numbers) {
        Scalar sum = Value.Int.of(0);
        for (Value number : numbers) {
            sum = ScalarMath.binary("Add", sum, (Scalar) number);
        }
        return sum;
    }
}
