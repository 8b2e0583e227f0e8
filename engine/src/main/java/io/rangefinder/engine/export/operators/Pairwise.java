package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.List;

/** Functions of two tensors, element by element, and of three. Stateless. */
final class Pairwise {

    private Pairwise() {}

    /** A function of two tensors of one type. */
    @FunctionalInterface
    interface Function {

        SymbolicTensor apply(Primitives to, SymbolicTensor a, SymbolicTensor b);
    }

    /** A function whose result has fractions. */
    static SymbolicTensor floating(OperatorCall call, Function function) {
        ElementType type = Promotion.common(List.of(call.value(0), call.value(1)));
        Arithmetic.Operands operands = Arithmetic.operands(call, Promotion.floating(type));
        return function.apply(call.primitives(), operands.a(), operands.b());
    }

    /** The larger or the smaller; of a number and NaN, the number. */
    static SymbolicTensor numberFirst(OperatorCall call, String operator) {
        Arithmetic.Operands operands = Arithmetic.operands(call);
        Primitives to = call.primitives();
        SymbolicTensor a = operands.a();
        SymbolicTensor b = operands.b();
        if (!a.type().isFloating()) {
            return to.binary(operator, a, b);
        }
        return to.where(
                Comparisons.isNan(to, a),
                b,
                to.where(Comparisons.isNan(to, b), a, to.binary(operator, a, b)));
    }

    /** The angle of the point (x, y), from -π to π. */
    static SymbolicTensor atan2(Primitives to, SymbolicTensor y, SymbolicTensor x) {
        SymbolicTensor zero = to.number(0, x);
        SymbolicTensor down = isNegative(to, y);
        SymbolicTensor half = to.where(down, to.number(-Math.PI, x), to.number(Math.PI, x));
        SymbolicTensor angle = to.unary("Atan", to.div(y, x));
        SymbolicTensor origin =
                to.compare("And", to.compare("Equal", x, zero), to.compare("Equal", y, zero));
        // Where both are 0 or -0 the angle is 0 or π with the sign of y.
        SymbolicTensor right = to.where(origin, y, angle);
        SymbolicTensor left = to.add(to.where(origin, zero, angle), half);
        return to.where(isNegative(to, x), left, right);
    }

    /** Whether a number is below 0, or -0. */
    private static SymbolicTensor isNegative(Primitives to, SymbolicTensor x) {
        SymbolicTensor zero = to.number(0, x);
        return to.compare(
                "Or",
                to.compare("Less", x, zero),
                to.compare("Less", Elementwise.reciprocal(to, x), zero));
    }

    static SymbolicTensor copySign(Primitives to, SymbolicTensor a, SymbolicTensor b) {
        SymbolicTensor size = to.unary("Abs", a);
        return to.where(isNegative(to, b), to.unary("Neg", size), size);
    }

    static SymbolicTensor hypot(Primitives to, SymbolicTensor a, SymbolicTensor b) {
        return to.unary("Sqrt", to.add(to.mul(a, a), to.mul(b, b)));
    }

    /** {@code log(exp(a) + exp(b)) = max(a, b) + log(1 + exp(-|a - b|))}. */
    static SymbolicTensor logAddExp(Primitives to, SymbolicTensor a, SymbolicTensor b) {
        // Infinities of one sign have no difference.
        SymbolicTensor difference =
                to.where(to.compare("Equal", a, b), to.number(0, a), to.sub(a, b));
        SymbolicTensor distance = to.unary("Neg", to.unary("Abs", difference));
        return to.add(to.binary("Max", a, b), to.unary("Softplus", distance));
    }

    static SymbolicTensor logAddExp2(Primitives to, SymbolicTensor a, SymbolicTensor b) {
        double log = Math.log(2);
        return to.mul(logAddExp(to, to.mul(a, log), to.mul(b, log)), 1 / log);
    }

    /** {@code x log(y)}, and 0 where x is 0 unless y is NaN. */
    static SymbolicTensor xLogY(Primitives to, SymbolicTensor x, SymbolicTensor y) {
        SymbolicTensor zero = to.number(0, x);
        SymbolicTensor nothing =
                to.compare(
                        "And",
                        to.compare("Equal", x, zero),
                        to.unary("Not", Comparisons.isNan(to, y)));
        return to.where(nothing, zero, to.mul(x, to.unary("Log", y)));
    }

    /** 0 below zero, 1 above, and at zero what the second argument says. */
    static SymbolicTensor heaviside(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor zero = to.number(0, x);
        SymbolicTensor above = to.cast(to.compare("Greater", x, zero), x.type());
        return to.where(to.compare("Equal", x, zero), call.tensor("values"), above);
    }

    /** {@code self + value * tensor1 * tensor2}. */
    static SymbolicTensor addcmul(OperatorCall call) {
        return added(call, "Mul");
    }

    /** {@code self + value * tensor1 / tensor2}. */
    static SymbolicTensor addcdiv(OperatorCall call) {
        return added(call, "Div");
    }

    private static SymbolicTensor added(OperatorCall call, String operator) {
        ElementType type =
                Promotion.common(
                        List.of(call.value("self"), call.value("tensor1"), call.value("tensor2")));
        Primitives to = call.primitives();
        if (operator.equals("Div") && !type.isFloating()) {
            throw call.unsupported("divides whole numbers");
        }
        SymbolicTensor value = Arithmetic.typed(call, call.scalar("value"), type);
        SymbolicTensor first = to.cast(call.tensor("tensor1"), type);
        SymbolicTensor scaled = call.real("value") == 1 ? first : to.mul(first, value);
        SymbolicTensor term = to.binary(operator, scaled, to.cast(call.tensor("tensor2"), type));
        return to.add(to.cast(call.tensor("self"), type), term);
    }

    /** From one tensor to another by a weight, as exact at both ends as PyTorch is. */
    static SymbolicTensor lerp(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor start = call.tensor("self");
        SymbolicTensor end = call.tensor("end");
        SymbolicTensor way = to.sub(end, start);
        if (!(call.value("weight") instanceof Value.Tensor)) {
            double weight = call.real("weight");
            return Math.abs(weight) < 0.5
                    ? to.add(start, to.mul(way, weight))
                    : to.sub(end, to.mul(way, 1 - weight));
        }
        SymbolicTensor weight = call.tensor("weight");
        SymbolicTensor one = to.number(1, weight);
        return to.where(
                to.compare("Less", to.unary("Abs", weight), to.number(0.5, weight)),
                to.add(start, to.mul(way, weight)),
                to.sub(end, to.mul(way, to.sub(one, weight))));
    }
}
