package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.function.BiFunction;

/** Functions of each element that have fractions for results, and roundings. Stateless. */
final class Elementwise {

    private Elementwise() {}

    /** The first argument, whole numbers as float32. */
    static SymbolicTensor floating(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        return call.primitives().cast(x, Promotion.floating(x.type()));
    }

    /** An ONNX operator on numbers with fractions. */
    static SymbolicTensor unary(OperatorCall call, String operator) {
        return call.primitives().unary(operator, floating(call));
    }

    /** A function of numbers with fractions. */
    static SymbolicTensor of(
            OperatorCall call, BiFunction<Primitives, SymbolicTensor, SymbolicTensor> function) {
        return function.apply(call.primitives(), floating(call));
    }

    static SymbolicTensor reciprocal(Primitives to, SymbolicTensor x) {
        return to.div(to.number(1, x), x);
    }

    static SymbolicTensor inverseSquareRoot(Primitives to, SymbolicTensor x) {
        return reciprocal(to, to.unary("Sqrt", x));
    }

    static SymbolicTensor exp2(Primitives to, SymbolicTensor x) {
        return to.binary("Pow", to.number(2, x), x);
    }

    static SymbolicTensor scaled(OperatorCall call, double factor) {
        return call.primitives().mul(floating(call), factor);
    }

    static SymbolicTensor square(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        return call.primitives().mul(x, x);
    }

    /** {@code exp(x) - 1}; near 0 {@code 2 t / (1 - t)} with {@code t = tanh(x / 2)}. */
    static SymbolicTensor expm1(Primitives to, SymbolicTensor x) {
        SymbolicTensor tangent = to.unary("Tanh", to.mul(x, 0.5));
        SymbolicTensor near = to.div(to.mul(tangent, 2), to.sub(to.number(1, x), tangent));
        return to.where(isNear(to, x), near, to.add(to.unary("Exp", x), -1));
    }

    /** {@code log(1 + x)}; near 0 {@code 2 atanh(x / (2 + x))}. */
    static SymbolicTensor log1p(Primitives to, SymbolicTensor x) {
        SymbolicTensor near = to.mul(to.unary("Atanh", to.div(x, to.add(x, 2))), 2);
        return to.where(isNear(to, x), near, to.unary("Log", to.add(x, 1)));
    }

    private static SymbolicTensor isNear(Primitives to, SymbolicTensor x) {
        return to.compare("Less", to.unary("Abs", x), to.number(0.5, x));
    }

    /** The logarithm to a base. */
    static SymbolicTensor log(OperatorCall call, double base) {
        Primitives to = call.primitives();
        return to.mul(to.unary("Log", floating(call)), 1 / Math.log(base));
    }

    static SymbolicTensor logit(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor x = floating(call);
        if (call.has("eps")) {
            double eps = call.real("eps");
            x = to.binary("Min", to.binary("Max", x, to.number(eps, x)), to.number(1 - eps, x));
        }
        return to.unary("Log", to.div(x, to.sub(to.number(1, x), x)));
    }

    /** {@code sin(pi x) / (pi x)}, which is 1 at 0. */
    static SymbolicTensor sinc(Primitives to, SymbolicTensor x) {
        SymbolicTensor angle = to.mul(x, Math.PI);
        SymbolicTensor one = to.number(1, x);
        SymbolicTensor zero = to.compare("Equal", x, to.number(0, x));
        return to.where(zero, one, to.div(to.unary("Sin", angle), angle));
    }

    static SymbolicTensor erfc(Primitives to, SymbolicTensor x) {
        return to.sub(to.number(1, x), to.unary("Erf", x));
    }

    /**
     * Single precision by M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011:
     * a polynomial in {@code w = -log(1 - x²)}, another one near ±1.
     */
    static SymbolicTensor erfinv(Primitives to, SymbolicTensor x) {
        SymbolicTensor one = to.number(1, x);
        SymbolicTensor product = to.mul(to.sub(one, x), to.add(x, 1));
        SymbolicTensor w = to.unary("Neg", to.unary("Log", product));
        SymbolicTensor middle =
                polynomial(
                        to,
                        to.add(w, -2.5),
                        2.81022636e-08,
                        3.43273939e-07,
                        -3.5233877e-06,
                        -4.39150654e-06,
                        0.00021858087,
                        -0.00125372503,
                        -0.00417768164,
                        0.246640727,
                        1.50140941);
        SymbolicTensor tail =
                polynomial(
                        to,
                        to.add(to.unary("Sqrt", w), -3),
                        -0.000200214257,
                        0.000100950558,
                        0.00134934322,
                        -0.00367342844,
                        0.00573950773,
                        -0.0076224613,
                        0.00943887047,
                        1.00167406,
                        2.83297682);
        SymbolicTensor inside = to.compare("Less", w, to.number(5, x));
        SymbolicTensor value = to.mul(to.where(inside, middle, tail), x);
        SymbolicTensor end = to.compare("Equal", to.unary("Abs", x), one);
        return to.where(end, to.mul(x, Double.POSITIVE_INFINITY), value);
    }

    private static SymbolicTensor polynomial(
            Primitives to, SymbolicTensor x, double... coefficients) {
        SymbolicTensor value = to.number(coefficients[0], x);
        for (int i = 1; i < coefficients.length; i++) {
            value = to.add(to.mul(value, x), coefficients[i]);
        }
        return value;
    }

    /** An operator that leaves whole numbers as they are; numbers of Python become whole. */
    static Value rounded(OperatorCall call, String operator) {
        if (!(call.value(0) instanceof Value.Tensor tensor)) {
            return Numbers.rounded(call, operator);
        }
        SymbolicTensor x = tensor.get();
        return x.type().isFloating()
                ? OperatorCall.result(rounded(call, operator, x))
                : OperatorCall.result(x);
    }

    private static SymbolicTensor rounded(OperatorCall call, String operator, SymbolicTensor x) {
        Primitives to = call.primitives();
        long decimals = call.has("decimals") ? call.integer("decimals") : 0;
        double scale = Math.pow(10, Math.abs(decimals));
        SymbolicTensor factor = to.number(scale, x);
        if (decimals == 0) {
            return to.unary(operator, x);
        }
        return decimals > 0
                ? to.div(to.unary(operator, to.mul(x, factor)), factor)
                : to.mul(to.unary(operator, to.div(x, factor)), factor);
    }

    /** Towards zero; ONNX rounds down or up only. */
    static SymbolicTensor truncated(Primitives to, SymbolicTensor x) {
        return x.type().isFloating()
                ? to.mul(to.unary("Sign", x), to.unary("Floor", to.unary("Abs", x)))
                : x;
    }

    static SymbolicTensor fraction(Primitives to, SymbolicTensor x) {
        return to.sub(x, truncated(to, x));
    }
}
