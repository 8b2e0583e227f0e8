package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.List;
import java.util.function.Function;

/** Functions of each complex number, in real ones. Stateless. */
final class ComplexFunctions {

    /** Higher powers are not multiplied out. */
    private static final double MAX_FACTORS = 8;

    private ComplexFunctions() {}

    private static SymbolicTensor pair(OperatorCall call) {
        return call.tensor("self").realView();
    }

    /** A function from pair to pair. */
    static Value of(OperatorCall call, Function<SymbolicTensor, SymbolicTensor> function) {
        return ComplexArithmetic.result(function.apply(pair(call)));
    }

    static SymbolicTensor real(OperatorCall call, int part) {
        return ComplexTensors.part(call.primitives(), pair(call), part);
    }

    /** {@code complex(real, imag)}: both of one shape after broadcasting. */
    static SymbolicTensor complex(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor real = call.tensor("real");
        SymbolicTensor imaginary = call.tensor("imag");
        var shape = Primitives.broadcast(real.shape(), imaginary.shape());
        return ComplexTensors.join(to, to.expand(real, shape), to.expand(imaginary, shape));
    }

    /** {@code polar(abs, angle)}. */
    static SymbolicTensor polar(OperatorCall call) {
        return polar(call.primitives(), call.tensor("abs"), call.tensor("angle"));
    }

    static SymbolicTensor polar(Primitives to, SymbolicTensor size, SymbolicTensor angle) {
        return ComplexTensors.join(
                to, to.mul(size, to.unary("Cos", angle)), to.mul(size, to.unary("Sin", angle)));
    }

    static SymbolicTensor absolute(OperatorCall call) {
        return ComplexTensors.absolute(call.primitives(), pair(call));
    }

    static SymbolicTensor angle(OperatorCall call) {
        return angle(call.primitives(), pair(call));
    }

    private static SymbolicTensor angle(Primitives to, SymbolicTensor pair) {
        return Pairwise.atan2(
                to, ComplexTensors.part(to, pair, 1), ComplexTensors.part(to, pair, 0));
    }

    /** The angle of a real number: 0, or π below 0. */
    static SymbolicTensor angleOfReal(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor x = Elementwise.floating(call);
        SymbolicTensor zero = to.number(0, x);
        SymbolicTensor angle = to.where(to.compare("Less", x, zero), to.number(Math.PI, x), zero);
        return to.where(Comparisons.isNan(to, x), x, angle);
    }

    static SymbolicTensor exp(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor pair = pair(call);
        return polar(
                to,
                to.unary("Exp", ComplexTensors.part(to, pair, 0)),
                ComplexTensors.part(to, pair, 1));
    }

    static SymbolicTensor log(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor pair = pair(call);
        return ComplexTensors.join(
                to, to.unary("Log", ComplexTensors.absolute(to, pair)), angle(to, pair));
    }

    /** The logarithm to a real base. */
    static SymbolicTensor log(OperatorCall call, double base) {
        return call.primitives().mul(log(call).realView(), 1 / Math.log(base)).complexView();
    }

    /** Half the angle, the root of the size. */
    static SymbolicTensor sqrt(OperatorCall call) {
        return power(call.primitives(), pair(call), 0.5);
    }

    static SymbolicTensor inverseSqrt(OperatorCall call) {
        return power(call.primitives(), pair(call), -0.5);
    }

    private static SymbolicTensor power(Primitives to, SymbolicTensor pair, double exponent) {
        SymbolicTensor size = ComplexTensors.absolute(to, pair);
        return polar(
                to,
                to.binary("Pow", size, to.number(exponent, size)),
                to.mul(angle(to, pair), exponent));
    }

    /** Whole powers by multiplication, others by size and angle. */
    static Value pow(OperatorCall call) {
        if (!(call.value("self") instanceof Value.Tensor base)
                || !base.get().type().isComplex()
                || !(call.value("exponent") instanceof Scalar scalar)
                || ScalarMath.isOpen(scalar)) {
            throw call.unsupported("has no real form unless the exponent is a real number");
        }
        double exponent = scalar.real();
        SymbolicTensor pair = pair(call);
        if (exponent != Math.rint(exponent) || exponent < 1 || exponent > MAX_FACTORS) {
            return OperatorCall.result(power(call.primitives(), pair, exponent));
        }
        SymbolicTensor product = pair;
        for (int i = 1; i < exponent; i++) {
            product = ComplexArithmetic.times(call, product, pair);
        }
        return ComplexArithmetic.result(product);
    }

    static SymbolicTensor square(OperatorCall call, SymbolicTensor pair) {
        return ComplexArithmetic.times(call, pair, pair);
    }

    /** {@code z / |z|}, and 0 for 0. */
    static SymbolicTensor sign(Primitives to, SymbolicTensor pair) {
        SymbolicTensor size = to.reduce("ReduceL2", pair, List.of(pair.rank() - 1), true);
        SymbolicTensor zero = to.number(0, size);
        SymbolicTensor none = to.compare("Equal", size, zero);
        return to.div(pair, to.where(none, to.number(1, size), size));
    }
}
