package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;

/** Arithmetic on tensors and on numbers, and comparisons. Stateless. */
final class Arithmetic {

    private Arithmetic() {}

    /** Two operands of their common type. */
    private record Operands(SymbolicTensor a, SymbolicTensor b) {}

    private static boolean areNumbers(OperatorCall call) {
        return call.value(0) instanceof Scalar && call.value(1) instanceof Scalar;
    }

    private static boolean areWhole(OperatorCall call) {
        return isWhole(call.value(0)) && isWhole(call.value(1));
    }

    private static boolean isWhole(Value value) {
        return value instanceof Value.Int || value instanceof Value.Bool;
    }

    private static double real(OperatorCall call, int index) {
        return ((Scalar) call.value(index)).real();
    }

    private static Dim whole(OperatorCall call, int index) {
        return ((Scalar) call.value(index)).whole();
    }

    private static Operands operands(OperatorCall call) {
        ElementType type = Promotion.common(List.of(call.value(0), call.value(1)));
        return operands(call, type);
    }

    private static Operands operands(OperatorCall call, ElementType type) {
        return new Operands(typed(call, call.value(0), type), typed(call, call.value(1), type));
    }

    /** A tensor or a number in a type. */
    static SymbolicTensor typed(OperatorCall call, Value value, ElementType type) {
        if (value instanceof Value.Tensor tensor) {
            return call.primitives().cast(tensor.get(), type);
        }
        if (value instanceof Scalar scalar) {
            SymbolicTensor plain = SymbolicTensor.scalar(Promotion.typeOf(scalar), scalar);
            return type == plain.type() ? plain : call.primitives().cast(plain, type);
        }
        throw call.unsupported("computes with what is no number");
    }

    static Value add(OperatorCall call) {
        if (call.value(0) instanceof Value.ListOf a && call.value(1) instanceof Value.ListOf b) {
            List<Value> both = new ArrayList<>(a.elements());
            both.addAll(b.elements());
            return new Value.ListOf(both);
        }
        if (call.value(0) instanceof Value.Text a && call.value(1) instanceof Value.Text b) {
            return new Value.Text(a.text() + b.text());
        }
        if (areNumbers(call)) {
            return areWhole(call)
                    ? new Value.Int(whole(call, 0).plus(whole(call, 1)))
                    : new Value.Real(real(call, 0) + real(call, 1));
        }
        Operands operands = operands(call);
        return OperatorCall.result(call.primitives().add(operands.a(), scaled(call, operands.b())));
    }

    static Value sub(OperatorCall call) {
        if (areNumbers(call)) {
            return areWhole(call)
                    ? new Value.Int(whole(call, 0).minus(whole(call, 1)))
                    : new Value.Real(real(call, 0) - real(call, 1));
        }
        Operands operands = operands(call);
        return OperatorCall.result(call.primitives().sub(operands.a(), scaled(call, operands.b())));
    }

    static Value rsub(OperatorCall call) {
        Operands operands = operands(call);
        return OperatorCall.result(call.primitives().sub(operands.b(), scaled(call, operands.a())));
    }

    /** The second operand times {@code alpha}. */
    private static SymbolicTensor scaled(OperatorCall call, SymbolicTensor b) {
        return call.has("alpha") ? call.primitives().mul(b, call.real("alpha")) : b;
    }

    static Value mul(OperatorCall call) {
        if (call.value(0) instanceof Value.ListOf list && call.value(1) instanceof Value.Int n) {
            List<Value> repeated = new ArrayList<>();
            for (long i = 0; i < n.whole().value(); i++) {
                repeated.addAll(list.elements());
            }
            return new Value.ListOf(repeated);
        }
        if (areNumbers(call)) {
            return areWhole(call)
                    ? new Value.Int(whole(call, 0).times(whole(call, 1)))
                    : new Value.Real(real(call, 0) * real(call, 1));
        }
        Operands operands = operands(call);
        return OperatorCall.result(call.primitives().mul(operands.a(), operands.b()));
    }

    static Value div(OperatorCall call) {
        if (areNumbers(call)) {
            return new Value.Real(real(call, 0) / real(call, 1));
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
                    type.isFloating() ? truncated(call.primitives(), quotient) : quotient);
        }
        Operands operands = operands(call, Promotion.floating(type));
        return OperatorCall.result(call.primitives().div(operands.a(), operands.b()));
    }

    /** Towards zero; ONNX rounds down or up only. */
    static SymbolicTensor truncated(Primitives to, SymbolicTensor x) {
        return to.mul(to.unary("Sign", x), to.unary("Floor", to.unary("Abs", x)));
    }

    static Value floorDivide(OperatorCall call) {
        if (areNumbers(call)) {
            return Numbers.floorDivide(call);
        }
        Operands operands = operands(call);
        Primitives to = call.primitives();
        if (operands.a().type().isFloating()) {
            return OperatorCall.result(to.unary("Floor", to.div(operands.a(), operands.b())));
        }
        boolean known =
                operands.a().source()
                        instanceof io.rangefinder.engine.export.symbolic.Source.Elements;
        if (known) {
            return OperatorCall.result(to.div(operands.a(), operands.b()));
        }
        // (a - mod(a, b)) / b divides without a rest, so that the way of rounding does not matter.
        return OperatorCall.result(
                to.div(to.sub(operands.a(), modulo(call, operands)), operands.b()));
    }

    static Value remainder(OperatorCall call) {
        if (areNumbers(call)) {
            if (areWhole(call)) {
                return new Value.Int(whole(call, 0).remainder(whole(call, 1)));
            }
            double x = real(call, 0);
            double y = real(call, 1);
            return new Value.Real(x - Math.floor(x / y) * y);
        }
        return OperatorCall.result(modulo(call, operands(call)));
    }

    /** With the divisor's sign, as Python has it. */
    private static SymbolicTensor modulo(OperatorCall call, Operands operands) {
        Primitives to = call.primitives();
        if (operands.a().type().isFloating()) {
            SymbolicTensor quotient = to.unary("Floor", to.div(operands.a(), operands.b()));
            return to.sub(operands.a(), to.mul(quotient, operands.b()));
        }
        return to.binary("Mod", operands.a(), operands.b());
    }

    static Value neg(OperatorCall call) {
        if (call.value(0) instanceof Scalar scalar) {
            return isWhole(scalar)
                    ? new Value.Int(scalar.whole().times(Dim.of(-1)))
                    : new Value.Real(-scalar.real());
        }
        return OperatorCall.result(call.primitives().unary("Neg", call.tensor("self")));
    }

    static Value pow(OperatorCall call) {
        if (areNumbers(call)) {
            double power = Math.pow(real(call, 0), real(call, 1));
            return areWhole(call) && real(call, 1) >= 0
                    ? Value.Int.of((long) power)
                    : new Value.Real(power);
        }
        if (call.value(1) instanceof Scalar exponent && exponent.real() == 2) {
            SymbolicTensor x = ((Value.Tensor) call.value(0)).get();
            return OperatorCall.result(call.primitives().mul(x, x));
        }
        Operands operands = operands(call);
        return OperatorCall.result(call.primitives().binary("Pow", operands.a(), operands.b()));
    }

    static Value sqrt(OperatorCall call) {
        if (call.value(0) instanceof Scalar scalar) {
            return new Value.Real(Math.sqrt(scalar.real()));
        }
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        return OperatorCall.result(to.unary("Sqrt", to.cast(x, Promotion.floating(x.type()))));
    }

    static Value compare(OperatorCall call) {
        String name = call.name().substring("aten::".length());
        if (areWhole(call)) {
            return new Value.Bool(holds(name, whole(call, 0), whole(call, 1)));
        }
        if (areNumbers(call)) {
            return new Value.Bool(holds(name, Double.compare(real(call, 0), real(call, 1))));
        }
        if (!(call.value(0) instanceof Value.Tensor) && !(call.value(1) instanceof Value.Tensor)) {
            boolean equal = equal(call.value(0), call.value(1));
            return new Value.Bool(name.equals("eq") == equal);
        }
        Operands operands = operands(call);
        Primitives to = call.primitives();
        SymbolicTensor a = operands.a();
        SymbolicTensor b = operands.b();
        return OperatorCall.result(
                switch (name) {
                    case "eq" -> to.compare("Equal", a, b);
                    case "ne" -> to.unary("Not", to.compare("Equal", a, b));
                    case "lt" -> to.compare("Less", a, b);
                    case "gt" -> to.compare("Greater", a, b);
                    case "le" -> to.compare("LessOrEqual", a, b);
                    default -> to.compare("GreaterOrEqual", a, b);
                });
    }

    private static boolean equal(Value a, Value b) {
        if (a instanceof Value.ListOf x && b instanceof Value.ListOf y) {
            boolean equal = x.elements().size() == y.elements().size();
            for (int i = 0; equal && i < x.elements().size(); i++) {
                equal = equal(x.elements().get(i), y.elements().get(i));
            }
            return equal;
        }
        if (a instanceof Value.Int x && b instanceof Value.Int y) {
            return x.whole().equalTo(y.whole());
        }
        return a.equals(b);
    }

    private static boolean holds(String name, Dim a, Dim b) {
        return switch (name) {
            case "eq" -> a.equalTo(b);
            case "ne" -> !a.equalTo(b);
            default -> holds(name, a.compareTo(b));
        };
    }

    private static boolean holds(String name, int sign) {
        return switch (name) {
            case "eq" -> sign == 0;
            case "ne" -> sign != 0;
            case "lt" -> sign < 0;
            case "le" -> sign <= 0;
            case "gt" -> sign > 0;
            default -> sign >= 0;
        };
    }
}
