package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.Optional;

/**
 * Operations of ONNX on numbers that may depend on the batch, and two that ONNX has not: {@code
 * FloorDivide}, and {@code Remainder} with the divisor's sign. A result is empty where it is not of
 * the form {@code aN + b}. Stateless.
 */
final class ScalarMath {

    private ScalarMath() {}

    /** Whether a number depends on the batch. */
    static boolean isOpen(Scalar value) {
        return !(value instanceof Value.Real) && !value.whole().isConstant();
    }

    static boolean isWhole(Value value) {
        return value instanceof Value.Int || value instanceof Value.Bool;
    }

    /** A number with fractions. */
    static Scalar real(Dim whole) {
        return whole.isConstant() ? new Value.Real(whole.value()) : new Value.RealDim(whole);
    }

    /**
     * What Python makes of two numbers.
     *
     * @throws BatchDependentException if it is not of the form {@code aN + b}
     */
    static Scalar binary(String operator, Scalar a, Scalar b) {
        boolean whole = isWhole(a) && isWhole(b) && !operator.equals("Div");
        return (whole ? wholes(operator, a, b) : reals(operator, a, b))
                .orElseThrow(() -> impossible(operator, a, b));
    }

    private static RuntimeException impossible(String operator, Scalar a, Scalar b) {
        return isOpen(a) || isOpen(b)
                ? new BatchDependentException(
                        "computes " + operator + " of " + text(a) + " and " + text(b),
                        isOpen(a) ? a.whole() : Dim.ZERO,
                        isOpen(b) ? b.whole() : Dim.ZERO)
                : new ArithmeticException(operator + " of " + a + " and " + b);
    }

    private static String text(Scalar number) {
        return isOpen(number) ? number.whole().toString() : Double.toString(number.real());
    }

    static Optional<Scalar> unary(String operator, Scalar x, ElementType type) {
        if (operator.equals("Not")) {
            return Optional.of(new Value.Bool(!x.truth()));
        }
        if (type == ElementType.BOOL) {
            return Optional.empty();
        }
        return !type.isFloating() || isOpen(x)
                ? whole(operator, x.whole()).map(Value.Int::new)
                : real(operator, x.real()).map(Value.Real::new);
    }

    private static Optional<Dim> whole(String operator, Dim x) {
        return switch (operator) {
            case "Neg" -> Optional.of(x.times(Dim.of(-1)));
            case "Abs" -> Optional.of(x.compareTo(Dim.ZERO) < 0 ? x.times(Dim.of(-1)) : x);
            case "Sign" -> Optional.of(Dim.of(x.compareTo(Dim.ZERO)));
            case "Floor", "Ceil", "Round" -> Optional.of(x);
            default -> Optional.empty();
        };
    }

    static Optional<Double> real(String operator, double x) {
        return switch (operator) {
            case "Neg" -> Optional.of(-x);
            case "Abs" -> Optional.of(Math.abs(x));
            case "Sign" -> Optional.of(Math.signum(x));
            case "Sqrt" -> Optional.of(Math.sqrt(x));
            case "Reciprocal" -> Optional.of(1 / x);
            case "Floor" -> Optional.of(Math.floor(x));
            case "Ceil" -> Optional.of(Math.ceil(x));
            case "Round" -> Optional.of(Math.rint(x));
            case "Exp" -> Optional.of(Math.exp(x));
            case "Log" -> Optional.of(Math.log(x));
            case "Sin" -> Optional.of(Math.sin(x));
            case "Cos" -> Optional.of(Math.cos(x));
            case "Tan" -> Optional.of(Math.tan(x));
            default -> Optional.empty();
        };
    }

    static Optional<Scalar> reals(String operator, Scalar a, Scalar b) {
        if (isOpen(a) || isOpen(b)) {
            return open(operator, a, b);
        }
        double x = a.real();
        double y = b.real();
        return switch (operator) {
            case "Add" -> Optional.of(new Value.Real(x + y));
            case "Sub" -> Optional.of(new Value.Real(x - y));
            case "Mul" -> Optional.of(new Value.Real(x * y));
            case "Div" -> Optional.of(new Value.Real(x / y));
            case "Pow" -> Optional.of(new Value.Real(Math.pow(x, y)));
            case "Min" -> Optional.of(new Value.Real(Math.min(x, y)));
            case "Max" -> Optional.of(new Value.Real(Math.max(x, y)));
            // Java's remainder is C's fmod.
            case "Mod" -> Optional.of(new Value.Real(x % y));
            case "Remainder" -> Optional.of(new Value.Real(remainder(x, y)));
            case "FloorDivide" ->
                    Optional.of(
                            new Value.Real(y == 0 ? x / y : Math.rint((x - remainder(x, y)) / y)));
            case "Less" -> Optional.of(new Value.Bool(x < y));
            case "Greater" -> Optional.of(new Value.Bool(x > y));
            case "LessOrEqual" -> Optional.of(new Value.Bool(x <= y));
            case "GreaterOrEqual" -> Optional.of(new Value.Bool(x >= y));
            case "Equal" -> Optional.of(new Value.Bool(x == y));
            default -> Optional.empty();
        };
    }

    private static double remainder(double x, double y) {
        double rest = x % y;
        return rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
    }

    /** At least one of the numbers depends on the batch. */
    private static Optional<Scalar> open(String operator, Scalar a, Scalar b) {
        if (operator.equals("Mul") && !isOpen(a)) {
            return open(operator, b, a);
        }
        if (operator.equals("Mul") && !isOpen(b)) {
            return scaled(a.whole(), b.real(), 1);
        }
        if (operator.equals("Div")) {
            return isOpen(b) ? exact(a, b) : scaled(a.whole(), 1, b.real());
        }
        if (operator.equals("Pow")) {
            return !isOpen(b) && b.real() == 1 ? Optional.of(a) : Optional.empty();
        }
        if (hasFraction(a) || hasFraction(b)) {
            return Optional.empty();
        }
        return wholes(operator, a, b)
                .map(r -> r instanceof Value.Int number ? real(number.whole()) : r);
    }

    private static Optional<Scalar> scaled(Dim x, double factor, double divisor) {
        return x.scaled(v -> v * factor / divisor).map(ScalarMath::real);
    }

    private static Optional<Scalar> exact(Scalar a, Scalar b) {
        boolean whole = !hasFraction(a) && a.whole().remainder(b.whole()).is(0);
        return whole ? Optional.of(real(a.whole().floorDividedBy(b.whole()))) : Optional.empty();
    }

    private static boolean hasFraction(Scalar value) {
        return !isOpen(value) && value.real() != Math.rint(value.real());
    }

    static Optional<Scalar> wholes(String operator, Scalar a, Scalar b) {
        Dim x = a.whole();
        Dim y = b.whole();
        return switch (operator) {
            case "Add" -> Optional.of(new Value.Int(x.plus(y)));
            case "Sub" -> Optional.of(new Value.Int(x.minus(y)));
            case "Mul" -> Optional.of(new Value.Int(x.times(y)));
            case "Div" -> quotient(x, y);
            case "FloorDivide" ->
                    y.is(0) ? Optional.empty() : Optional.of(new Value.Int(x.floorDividedBy(y)));
            case "Mod", "Remainder" ->
                    y.is(0) ? Optional.empty() : Optional.of(new Value.Int(x.remainder(y)));
            case "Pow" -> power(x, y);
            case "Min" -> Optional.of(new Value.Int(x.isAtMost(y) ? x : y));
            case "Max" -> Optional.of(new Value.Int(y.isAtMost(x) ? x : y));
            case "Less" -> Optional.of(new Value.Bool(!y.isAtMost(x)));
            case "Greater" -> Optional.of(new Value.Bool(!x.isAtMost(y)));
            case "LessOrEqual" -> Optional.of(new Value.Bool(x.isAtMost(y)));
            case "GreaterOrEqual" -> Optional.of(new Value.Bool(y.isAtMost(x)));
            case "Equal" -> Optional.of(new Value.Bool(x.equalTo(y)));
            case "And" -> Optional.of(new Value.Bool(a.truth() && b.truth()));
            case "Or" -> Optional.of(new Value.Bool(a.truth() || b.truth()));
            case "Xor" -> Optional.of(new Value.Bool(a.truth() != b.truth()));
            default -> Optional.empty();
        };
    }

    /** Towards zero, as ONNX divides whole numbers; of lengths, which are never negative. */
    private static Optional<Scalar> quotient(Dim x, Dim y) {
        if (x.isConstant() && y.isConstant()) {
            return y.is(0) ? Optional.empty() : Optional.of(Value.Int.of(x.value() / y.value()));
        }
        return Optional.of(new Value.Int(x.floorDividedBy(y)));
    }

    private static Optional<Scalar> power(Dim x, Dim y) {
        if (y.compareTo(Dim.ZERO) < 0) {
            return Optional.empty();
        }
        Dim result = Dim.ONE;
        for (long i = 0; i < Math.min(y.value(), Long.SIZE); i++) {
            result = result.times(x);
        }
        return y.value() <= Long.SIZE ? Optional.of(new Value.Int(result)) : Optional.empty();
    }
}
