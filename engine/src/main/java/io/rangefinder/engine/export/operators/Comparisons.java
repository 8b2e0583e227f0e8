package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.List;

/** Comparisons, and choices between elements. Stateless. */
final class Comparisons {

    private Comparisons() {}

    static Value compare(OperatorCall call) {
        String name = call.name().substring(call.name().indexOf("::") + 2);
        boolean negated = name.equals("ne");
        String operator =
                switch (name) {
                    case "eq", "ne" -> "Equal";
                    case "lt" -> "Less";
                    case "gt" -> "Greater";
                    case "le" -> "LessOrEqual";
                    default -> "GreaterOrEqual";
                };
        if (Arithmetic.areNumbers(call)) {
            return new Value.Bool(Arithmetic.numbers(call, operator).truth() != negated);
        }
        if (!(call.value(0) instanceof Value.Tensor) && !(call.value(1) instanceof Value.Tensor)) {
            if (!operator.equals("Equal")) {
                throw call.unsupported("compares what are no numbers");
            }
            return new Value.Bool(equal(call.value(0), call.value(1)) != negated);
        }
        Arithmetic.Operands operands = Arithmetic.operands(call);
        Primitives to = call.primitives();
        SymbolicTensor result = compared(to, operator, operands.a(), operands.b());
        return OperatorCall.result(negated ? to.unary("Not", result) : result);
    }

    /** ONNX does not order truths. */
    static SymbolicTensor compared(
            Primitives to, String operator, SymbolicTensor a, SymbolicTensor b) {
        boolean truths = a.type() == ElementType.BOOL && !operator.equals("Equal");
        return truths
                ? to.compare(operator, to.cast(a, ElementType.INT32), to.cast(b, ElementType.INT32))
                : to.compare(operator, a, b);
    }

    private static boolean equal(Value a, Value b) {
        if (a instanceof Value.ListOf x && b instanceof Value.ListOf y) {
            boolean equal = x.elements().size() == y.elements().size();
            for (int i = 0; equal && i < x.elements().size(); i++) {
                equal = equal(x.elements().get(i), y.elements().get(i));
            }
            return equal;
        }
        return a instanceof Scalar x && b instanceof Scalar y
                ? ScalarMath.binary("Equal", x, y).truth()
                : a.equals(b);
    }

    static SymbolicTensor isNan(Primitives to, SymbolicTensor x) {
        return x.type().isFloating() ? to.test("IsNaN", x) : nowhere(to, x);
    }

    private static SymbolicTensor nowhere(Primitives to, SymbolicTensor x) {
        return to.expand(SymbolicTensor.scalar(ElementType.BOOL, new Value.Bool(false)), x.shape());
    }

    static SymbolicTensor isInfinite(Primitives to, SymbolicTensor x) {
        return x.type().isFloating()
                ? to.compare("Equal", to.unary("Abs", x), to.number(Double.POSITIVE_INFINITY, x))
                : nowhere(to, x);
    }

    static SymbolicTensor isFinite(Primitives to, SymbolicTensor x) {
        return x.type().isFloating()
                ? to.compare("Less", to.unary("Abs", x), to.number(Double.POSITIVE_INFINITY, x))
                : to.unary("Not", nowhere(to, x));
    }

    /** {@code |a - b| <= atol + rtol |b|}, or both are equal, as infinities are. */
    static SymbolicTensor isClose(OperatorCall call) {
        Primitives to = call.primitives();
        Arithmetic.Operands operands =
                Arithmetic.operands(
                        call,
                        Promotion.floating(
                                Promotion.common(List.of(call.value(0), call.value(1)))));
        SymbolicTensor a = operands.a();
        SymbolicTensor b = operands.b();
        SymbolicTensor allowed =
                to.add(to.mul(to.unary("Abs", b), call.real("rtol")), call.real("atol"));
        SymbolicTensor difference = to.unary("Abs", to.sub(a, b));
        SymbolicTensor near =
                to.compare(
                        "And",
                        to.compare("LessOrEqual", difference, allowed),
                        isFinite(to, difference));
        SymbolicTensor close = to.compare("Or", to.compare("Equal", a, b), near);
        return call.truth("equal_nan")
                ? to.compare("Or", close, to.compare("And", isNan(to, a), isNan(to, b)))
                : close;
    }

    static SymbolicTensor where(OperatorCall call) {
        if (!call.has("self")) {
            throw call.unsupported("gives as many elements as the values of its input say");
        }
        ElementType type = Promotion.common(List.of(call.value("self"), call.value("other")));
        Primitives to = call.primitives();
        return to.where(
                to.cast(call.tensor("condition"), ElementType.BOOL),
                Arithmetic.typed(call, call.value("self"), type),
                Arithmetic.typed(call, call.value("other"), type));
    }

    static SymbolicTensor maskedFill(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        return call.primitives()
                .where(
                        call.primitives().cast(call.tensor("mask"), ElementType.BOOL),
                        Arithmetic.typed(call, call.value("value"), x.type()),
                        x);
    }

    /** What is no number is replaced, and infinities, by the largest numbers if not said else. */
    static SymbolicTensor nanToNum(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        if (!x.type().isFloating()) {
            return x;
        }
        Primitives to = call.primitives();
        double largest =
                switch (x.type()) {
                    case FLOAT16 -> 65504;
                    case FLOAT64 -> Double.MAX_VALUE;
                    case BFLOAT16 -> 0x1.fep127;
                    default -> Float.MAX_VALUE;
                };
        double nan = call.has("nan") ? call.real("nan") : 0;
        double high = call.has("posinf") ? call.real("posinf") : largest;
        double low = call.has("neginf") ? call.real("neginf") : -largest;
        double infinity = Double.POSITIVE_INFINITY;
        SymbolicTensor result = to.where(isNan(to, x), to.number(nan, x), x);
        result =
                to.where(
                        to.compare("Equal", x, to.number(infinity, x)), to.number(high, x), result);
        return to.where(to.compare("Equal", x, to.number(-infinity, x)), to.number(low, x), result);
    }
}
