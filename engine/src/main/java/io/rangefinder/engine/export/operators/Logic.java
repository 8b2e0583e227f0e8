package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.List;

/** Operators on truths, and on the bits of whole numbers as far as ONNX has them. Stateless. */
final class Logic {

    private Logic() {}

    /** {@code And}, {@code Or} or {@code Xor} of what is not zero. */
    static SymbolicTensor logical(OperatorCall call, String operator) {
        Arithmetic.Operands operands = Arithmetic.operands(call, ElementType.BOOL);
        return call.primitives().compare(operator, operands.a(), operands.b());
    }

    static SymbolicTensor logicalNot(OperatorCall call) {
        Primitives to = call.primitives();
        return to.unary("Not", to.cast(call.tensor("self"), ElementType.BOOL));
    }

    /** {@code &}, {@code |} and {@code ^}. */
    static Value bitwise(OperatorCall call, String operator) {
        if (call.value(0) instanceof Scalar a && call.value(1) instanceof Scalar b) {
            return bitwise(operator, a, b);
        }
        Arithmetic.Operands operands = Arithmetic.operands(call);
        if (operands.a().type() != ElementType.BOOL) {
            throw call.unsupported(
                    "works on the bits of whole numbers, as ONNX does from opset 18");
        }
        return OperatorCall.result(call.primitives().compare(operator, operands.a(), operands.b()));
    }

    private static Value bitwise(String operator, Scalar a, Scalar b) {
        if (a instanceof Value.Bool && b instanceof Value.Bool) {
            return ScalarMath.binary(operator, a, b);
        }
        long x = a.whole().value();
        long y = b.whole().value();
        return Value.Int.of(
                switch (operator) {
                    case "And" -> x & y;
                    case "Or" -> x | y;
                    default -> x ^ y;
                });
    }

    /** {@code ~}; of a whole number {@code -x - 1}. */
    static SymbolicTensor bitwiseNot(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        return x.type() == ElementType.BOOL ? to.unary("Not", x) : to.sub(to.number(-1, x), x);
    }

    /** Multiplies by a power of two. */
    static Value shiftLeft(OperatorCall call) {
        if (call.value(0) instanceof Scalar a && call.value(1) instanceof Scalar b) {
            return ScalarMath.binary("Mul", a, Value.Int.of(1L << b.whole().value()));
        }
        return OperatorCall.result(call.primitives().mul(call.tensor("self"), power(call)));
    }

    /** Divides by a power of two and rounds down. */
    static Value shiftRight(OperatorCall call) {
        if (call.value(0) instanceof Scalar a && call.value(1) instanceof Scalar b) {
            return ScalarMath.binary("FloorDivide", a, Value.Int.of(1L << b.whole().value()));
        }
        Primitives to = call.primitives();
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor power = power(call);
        return OperatorCall.result(to.div(to.sub(x, to.binary("Mod", x, power)), power));
    }

    private static SymbolicTensor power(OperatorCall call) {
        ElementType type = Promotion.common(List.of(call.value(0), call.value(1)));
        if (!(call.value(1) instanceof Scalar) || type != call.tensor("self").type()) {
            throw call.unsupported("shifts by a tensor");
        }
        return call.primitives().number(1L << call.integer("other"), call.tensor("self"));
    }
}
