package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.SymbolicTensor;

/**
 * Trigonometric and hyperbolic functions of complex numbers, by the real ones of their parts a and
 * b (<a href="https://dlmf.nist.gov/4.21#iv">DLMF 4.21.37</a> and <a
 * href="https://dlmf.nist.gov/4.35#iv">4.35.34</a> and on). Stateless.
 */
final class ComplexCircles {

    private ComplexCircles() {}

    /** {@code sin a cosh b + i cos a sinh b}. */
    static SymbolicTensor sin(OperatorCall call) {
        return products(call, "Sin", "Cosh", "Cos", "Sinh", 1);
    }

    /** {@code cos a cosh b - i sin a sinh b}. */
    static SymbolicTensor cos(OperatorCall call) {
        return products(call, "Cos", "Cosh", "Sin", "Sinh", -1);
    }

    /** {@code sinh a cos b + i cosh a sin b}. */
    static SymbolicTensor sinh(OperatorCall call) {
        return products(call, "Sinh", "Cos", "Cosh", "Sin", 1);
    }

    /** {@code cosh a cos b + i sinh a sin b}. */
    static SymbolicTensor cosh(OperatorCall call) {
        return products(call, "Cosh", "Cos", "Sinh", "Sin", 1);
    }

    private static SymbolicTensor products(
            OperatorCall call, String realA, String realB, String a, String b, double sign) {
        Primitives to = call.primitives();
        SymbolicTensor first = ComplexFunctions.real(call, 0);
        SymbolicTensor second = ComplexFunctions.real(call, 1);
        SymbolicTensor imaginary = to.mul(to.unary(a, first), to.unary(b, second));
        return ComplexTensors.join(
                to,
                to.mul(to.unary(realA, first), to.unary(realB, second)),
                sign < 0 ? to.unary("Neg", imaginary) : imaginary);
    }

    static SymbolicTensor tanh(OperatorCall call) {
        return tanh(
                call.primitives(), ComplexFunctions.real(call, 0), ComplexFunctions.real(call, 1));
    }

    /** {@code tan z = -i tanh iz}. */
    static SymbolicTensor tan(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor turned =
                tanh(
                                to,
                                to.unary("Neg", ComplexFunctions.real(call, 1)),
                                ComplexFunctions.real(call, 0))
                        .realView();
        return ComplexTensors.conjugate(to, ComplexTensors.swapped(call, turned)).complexView();
    }

    /** {@code (1 + tanh(z / 2)) / 2}. */
    static SymbolicTensor sigmoid(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor tanh =
                tanh(
                                to,
                                to.mul(ComplexFunctions.real(call, 0), 0.5),
                                to.mul(ComplexFunctions.real(call, 1), 0.5))
                        .realView();
        return to.add(to.mul(tanh, 0.5), ComplexTensors.factors(tanh, 0.5, 0)).complexView();
    }

    /**
     * With t for {@code tanh a}, so that nothing grows with a: its usual form, by {@code cos² b}.
     */
    private static SymbolicTensor tanh(Primitives to, SymbolicTensor a, SymbolicTensor b) {
        SymbolicTensor t = to.unary("Tanh", a);
        SymbolicTensor square = to.mul(t, t);
        SymbolicTensor sin = to.unary("Sin", b);
        SymbolicTensor cos = to.unary("Cos", b);
        SymbolicTensor divisor = to.add(to.mul(cos, cos), to.mul(square, to.mul(sin, sin)));
        SymbolicTensor rest = to.add(to.unary("Neg", square), 1);
        return ComplexTensors.join(
                to, to.div(t, divisor), to.div(to.mul(to.mul(sin, cos), rest), divisor));
    }
}
