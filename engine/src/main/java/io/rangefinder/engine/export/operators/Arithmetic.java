package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums, products, quotients and remainders of tensors, of numbers, and of both. Stateless.
 *
 * <p>Quotients that are rounded down, and remainders, follow C's {@code fmod} as PyTorch does
 * ({@code c10/util/generic_math.h}), so that a quotient just below a whole number is not one.
 */
final class Arithmetic {

    private Arithmetic() {}

    /** Two operands of their common type. */
    record Operands(SymbolicTensor a, SymbolicTensor b) {}

    static boolean areNumbers(OperatorCall call) {
        return call.value(0) instanceof Scalar && call.value(1) instanceof Scalar;
    }

    static Scalar numbers(OperatorCall call, String operator) {
        return ScalarMath.binary(operator, (Scalar) call.value(0), (Scalar) call.value(1));
    }

    static Operands operands(OperatorCall call) {
        return operands(call, Promotion.common(List.of(call.value(0), call.value(1))));
    }

    static Operands operands(OperatorCall call, ElementType type) {
        return new Operands(typed(call, call.value(0), type), typed(call, call.value(1), type));
    }

    /** A tensor or a number in a type. */
    static SymbolicTensor typed(OperatorCall call, Value value, ElementType type) {
        if (value instanceof Value.Tensor tensor) {
            return call.primitives().cast(tensor.get(), type);
        }
        if (value instanceof Scalar scalar) {
            // Not by way of float32, which would round it.
            ElementType plain =
                    type.isFloating() && !ScalarMath.isWhole(scalar)
                            ? ElementType.FLOAT64
                            : Promotion.typeOf(scalar);
            return call.primitives().cast(SymbolicTensor.scalar(plain, scalar), type);
        }
        throw call.unsupported("computes with what is no number");
    }

    /** An operator of ONNX on two operands. */
    static Value binary(OperatorCall call, String operator) {
        if (areNumbers(call)) {
            return numbers(call, operator);
        }
        Operands operands = operands(call);
        return OperatorCall.result(
                arithmetic(call.primitives(), operator, operands.a(), operands.b()));
    }

    /** Truths are added as {@code or} and multiplied as {@code and}; both keep their type. */
    private static SymbolicTensor arithmetic(
            Primitives to, String operator, SymbolicTensor a, SymbolicTensor b) {
        if (a.type() != ElementType.BOOL) {
            return to.binary(operator, a, b);
        }
        return to.compare(
                switch (operator) {
                    case "Add", "Max" -> "Or";
                    case "Mul", "Min" -> "And";
                    default -> "Xor";
                },
                a,
                b);
    }

    static Value add(OperatorCall call) {
        if (call.value(0) instanceof Value.ListOf a && call.value(1) instanceof Value.ListOf b) {
            List<Value> both = new ArrayList<>(a.elements());
            both.addAll(b.elements());
            return new Value.ListOf(both);
        }
        if (call.value(0) instanceof Value.Text a && call.value(1) instanceof Value.Text b) {
            call.checkLength((long) a.text().length() + b.text().length());
            return new Value.Text(a.text() + b.text());
        }
        return sum(call, "Add", false);
    }

    static Value sub(OperatorCall call) {
        return sum(call, "Sub", false);
    }

    static Value rsub(OperatorCall call) {
        return sum(call, "Sub", true);
    }

    /** {@code a + alpha b} or {@code a - alpha b}; or the other way round. */
    private static Value sum(OperatorCall call, String operator, boolean reversed) {
        boolean scaled = call.has("alpha") && call.real("alpha") != 1;
        if (areNumbers(call) && !scaled && !reversed) {
            return numbers(call, operator);
        }
        Operands operands = operands(call);
        SymbolicTensor a = reversed ? operands.b() : operands.a();
        SymbolicTensor b = reversed ? operands.a() : operands.b();
        Primitives to = call.primitives();
        if (scaled) {
            b = arithmetic(to, "Mul", b, typed(call, call.scalar("alpha"), b.type()));
        }
        return OperatorCall.result(arithmetic(to, operator, a, b));
    }

    static Value mul(OperatorCall call) {
        if (call.value(0) instanceof Value.ListOf list && call.value(1) instanceof Value.Int n) {
            return repeated(call, list, n);
        }
        if (call.value(1) instanceof Value.ListOf list && call.value(0) instanceof Value.Int n) {
            return repeated(call, list, n);
        }
        return binary(call, "Mul");
    }

    private static Value repeated(OperatorCall call, Value.ListOf list, Value.Int times) {
        call.checkLength(Math.multiplyExact(list.elements().size(), times.whole().value()));
        List<Value> repeated = new ArrayList<>();
        for (long i = 0; i < times.whole().value(); i++) {
            repeated.addAll(list.elements());
        }
        return new Value.ListOf(repeated);
    }

    static Value div(OperatorCall call) {
        if (areNumbers(call)) {
            return numbers(call, "Div");
        }
        String rounding = call.has("rounding_mode") ? call.text("rounding_mode") : "none";
        ElementType type = Promotion.common(List.of(call.value(0), call.value(1)));
        if (rounding.equals("floor")) {
            return floorDivide(call);
        }
        if (rounding.equals("trunc")) {
            Operands operands = operands(call, type);
            SymbolicTensor quotient = call.primitives().div(operands.a(), operands.b());
            return OperatorCall.result(
                    type.isFloating()
                            ? Elementwise.truncated(call.primitives(), quotient)
                            : quotient);
        }
        Operands operands = operands(call, Promotion.floating(type));
        return OperatorCall.result(call.primitives().div(operands.a(), operands.b()));
    }

    static Value floorDivide(OperatorCall call) {
        if (areNumbers(call)) {
            return numbers(call, "FloorDivide");
        }
        Operands operands = operands(call);
        SymbolicTensor a = operands.a();
        SymbolicTensor b = operands.b();
        Primitives to = call.primitives();
        return OperatorCall.result(
                to.known("FloorDivide", a, b).orElseGet(() -> floorDivide(call, a, b)));
    }

    private static SymbolicTensor floorDivide(
            OperatorCall call, SymbolicTensor a, SymbolicTensor b) {
        Primitives to = call.primitives();
        // What is left is divided without a rest, so that the way of rounding does not matter.
        SymbolicTensor quotient = to.div(to.sub(a, modulo(call, a, b)), b);
        return a.type().isFloating() ? to.unary("Round", quotient) : quotient;
    }

    static Value remainder(OperatorCall call) {
        if (areNumbers(call)) {
            return numbers(call, "Remainder");
        }
        Operands operands = operands(call);
        return OperatorCall.result(modulo(call, operands.a(), operands.b()));
    }

    /** With the divisor's sign, as Python has it. */
    private static SymbolicTensor modulo(OperatorCall call, SymbolicTensor a, SymbolicTensor b) {
        Primitives to = call.primitives();
        return to.known("Remainder", a, b)
                .orElseGet(
                        () ->
                                a.type().isFloating()
                                        ? floatModulo(call, a, b)
                                        : to.binary("Mod", a, b));
    }

    private static SymbolicTensor floatModulo(
            OperatorCall call, SymbolicTensor a, SymbolicTensor b) {
        Primitives to = call.primitives();
        SymbolicTensor rest = floatRest(call, a, b);
        SymbolicTensor zero = to.number(0, a);
        SymbolicTensor below = to.compare("Less", rest, zero);
        SymbolicTensor above = to.compare("Greater", rest, zero);
        SymbolicTensor negative = to.compare("Less", b, zero);
        SymbolicTensor other =
                to.compare(
                        "Or",
                        to.compare("And", below, to.unary("Not", negative)),
                        to.compare("And", above, negative));
        return to.where(other, to.add(rest, b), rest);
    }

    /** What C's {@code fmod} leaves, which has the dividend's sign. */
    private static SymbolicTensor floatRest(OperatorCall call, SymbolicTensor a, SymbolicTensor b) {
        List<SymbolicTensor> operands = List.of(a, b);
        return call.graph()
                .node(
                        "Mod",
                        a.type(),
                        Primitives.broadcast(a.shape(), b.shape()),
                        operands,
                        Attributes.of("fmod", 1L));
    }

    static Value fmod(OperatorCall call) {
        if (call.value(0) instanceof Scalar a && call.value(1) instanceof Scalar b) {
            return new Value.Real(a.real() % b.real());
        }
        Operands operands = operands(call);
        SymbolicTensor a = operands.a();
        SymbolicTensor b = operands.b();
        Primitives to = call.primitives();
        return OperatorCall.result(
                a.type().isFloating() ? floatRest(call, a, b) : to.sub(a, to.mul(to.div(a, b), b)));
    }

    static Value neg(OperatorCall call) {
        if (call.value(0) instanceof Scalar scalar) {
            return ScalarMath.binary("Mul", scalar, Value.Int.of(-1));
        }
        return OperatorCall.result(call.primitives().unary("Neg", call.tensor("self")));
    }

    static Value pow(OperatorCall call) {
        if (call.value(0) instanceof Scalar a && call.value(1) instanceof Scalar b) {
            // TorchScript's powers of whole numbers have fractions.
            Scalar power = ScalarMath.reals("Pow", a, b).orElse(null);
            return power == null ? ScalarMath.binary("Pow", a, b) : power;
        }
        boolean square = call.value(1) instanceof Scalar exponent && isTwo(exponent);
        if (square && call.value(0) instanceof Value.Tensor) {
            SymbolicTensor x = operands(call).a();
            return OperatorCall.result(call.primitives().mul(x, x));
        }
        return binary(call, "Pow");
    }

    private static boolean isTwo(Scalar exponent) {
        return !ScalarMath.isOpen(exponent) && exponent.real() == 2;
    }
}
