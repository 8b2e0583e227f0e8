package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.List;

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
                    .orElseThrow(
                            () ->
                                    call.unsupported(
                                            "makes a number of a tensor whose value depends on the"
                                                    + " input: what follows from it can't be in a"
                                                    + " graph"));
        }
        throw call.unsupported("makes no number of this");
    }

    static Value toInt(OperatorCall call) {
        return new Value.Int(number(call).whole());
    }

    static Value toFloat(OperatorCall call) {
        return new Value.Real(number(call).real());
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
        // PyTorch holds a number with fractions in float64 until it meets a tensor.
        return OperatorCall.result(
                SymbolicTensor.scalar(
                        type == ElementType.FLOAT32 ? ElementType.FLOAT64 : type, scalar));
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

    /**
     * {@code ceil}, {@code floor} and {@code round} of a number are whole; of a tensor they aren't.
     */
    static Value round(OperatorCall call) {
        String name = call.name().substring(call.name().indexOf("::") + 2);
        if (call.value(0) instanceof Value.Tensor tensor) {
            SymbolicTensor x = tensor.get();
            String operator = name.substring(0, 1).toUpperCase(java.util.Locale.ROOT);
            if (call.has("decimals") && call.integer("decimals") != 0) {
                throw call.unsupported("rounds to decimals");
            }
            return OperatorCall.result(
                    x.type().isFloating()
                            ? call.primitives().unary(operator + name.substring(1), x)
                            : x);
        }
        if (call.value(0) instanceof Value.Int whole) {
            return whole;
        }
        double x = number(call).real();
        double result =
                switch (name) {
                    case "ceil" -> Math.ceil(x);
                    case "floor" -> Math.floor(x);
                    default -> Math.rint(x);
                };
        return name.equals("round") ? new Value.Real(result) : Value.Int.of((long) result);
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
            boolean better = best == null || least == isLess(scalar, best);
            best = better ? scalar : best;
        }
        if (best == null) {
            throw call.unsupported("has nothing to compare");
        }
        return best;
    }

    private static boolean isLess(Scalar a, Scalar b) {
        return a instanceof Value.Int && b instanceof Value.Int
                ? a.whole().compareTo(b.whole()) < 0
                : a.real() < b.real();
    }

    static Value floorDivide(OperatorCall call) {
        if (call.value(0) instanceof Value.Int a && call.value(1) instanceof Value.Int b) {
            if (b.whole().equals(Dim.ZERO)) {
                throw call.unsupported("divides by zero");
            }
            return new Value.Int(a.whole().floorDividedBy(b.whole()));
        }
        if (call.value(0) instanceof Scalar a && call.value(1) instanceof Scalar b) {
            return new Value.Real(Math.floor(a.real() / b.real()));
        }
        return Arithmetic.floorDivide(call);
    }
}
