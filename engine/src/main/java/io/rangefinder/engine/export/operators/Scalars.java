package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Arithmetic on few known elements, as traced models do with shapes. Such elements may depend on
 * the batch, so this can't be left to ONNX Runtime. Stateless.
 */
final class Scalars {

    private Scalars() {}

    static List<Scalar> convert(List<Scalar> values, ElementType type) {
        return values.stream().map(v -> convert(v, type)).toList();
    }

    private static Scalar convert(Scalar value, ElementType type) {
        if (type == ElementType.BOOL) {
            return new Value.Bool(value.truth());
        }
        if (type.isFloating()) {
            return new Value.Real(
                    type == ElementType.FLOAT64 ? value.real() : (float) value.real());
        }
        return new Value.Int(value.whole());
    }

    /** The elements of a tensor, if they are at hand. */
    private static Optional<List<Scalar>> elements(SymbolicTensor x) {
        return x.source() instanceof Source.Elements elements
                ? Optional.of(elements.values())
                : Optional.empty();
    }

    static Optional<SymbolicTensor> unary(String operator, SymbolicTensor x) {
        Optional<List<Scalar>> values = elements(x);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        List<Scalar> results = new ArrayList<>();
        for (Scalar value : values.get()) {
            Optional<Scalar> result = unary(operator, value, x.type());
            if (result.isEmpty()) {
                return Optional.empty();
            }
            results.add(result.get());
        }
        return Optional.of(SymbolicTensor.of(x.type(), x.shape(), results));
    }

    private static Optional<Scalar> unary(String operator, Scalar x, ElementType type) {
        if (operator.equals("Not")) {
            return Optional.of(new Value.Bool(!x.truth()));
        }
        if (!type.isFloating()) {
            return operator.equals("Neg")
                    ? Optional.of(new Value.Int(x.whole().times(Dim.of(-1))))
                    : Optional.empty();
        }
        Optional<Double> result =
                switch (operator) {
                    case "Neg" -> Optional.of(-x.real());
                    case "Sqrt" -> Optional.of(Math.sqrt(x.real()));
                    case "Reciprocal" -> Optional.of(1 / x.real());
                    case "Floor" -> Optional.of(Math.floor(x.real()));
                    case "Ceil" -> Optional.of(Math.ceil(x.real()));
                    case "Round" -> Optional.of(Math.rint(x.real()));
                    default -> Optional.empty();
                };
        return result.map(r -> convert(new Value.Real(r), type));
    }

    static Optional<SymbolicTensor> binary(
            String operator,
            SymbolicTensor a,
            SymbolicTensor b,
            ElementType type,
            List<Dim> shape) {
        Optional<List<Scalar>> left = elements(a);
        Optional<List<Scalar>> right = elements(b);
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        int count = Math.max(left.get().size(), right.get().size());
        boolean paired =
                (left.get().size() == count || left.get().size() == 1)
                        && (right.get().size() == count || right.get().size() == 1)
                        && SymbolicTensor.count(shape).is(count);
        if (!paired) {
            return Optional.empty();
        }
        List<Scalar> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Scalar x = left.get().get(left.get().size() == 1 ? 0 : i);
            Scalar y = right.get().get(right.get().size() == 1 ? 0 : i);
            Optional<Scalar> result =
                    a.type().isFloating() ? reals(operator, x, y) : wholes(operator, x, y);
            if (result.isEmpty()) {
                return Optional.empty();
            }
            results.add(convert(result.get(), type));
        }
        return Optional.of(SymbolicTensor.of(type, shape, results));
    }

    private static Optional<Scalar> reals(String operator, Scalar a, Scalar b) {
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
            case "Less" -> Optional.of(new Value.Bool(x < y));
            case "Greater" -> Optional.of(new Value.Bool(x > y));
            case "Equal" -> Optional.of(new Value.Bool(x == y));
            default -> Optional.empty();
        };
    }

    private static Optional<Scalar> wholes(String operator, Scalar a, Scalar b) {
        Dim x = a.whole();
        Dim y = b.whole();
        return switch (operator) {
            case "Add" -> Optional.of(new Value.Int(x.plus(y)));
            case "Sub" -> Optional.of(new Value.Int(x.minus(y)));
            case "Mul" -> Optional.of(new Value.Int(x.times(y)));
            case "Div" -> quotient(x, y);
            case "Min" -> Optional.of(new Value.Int(x.compareTo(y) <= 0 ? x : y));
            case "Max" -> Optional.of(new Value.Int(x.compareTo(y) >= 0 ? x : y));
            case "Less" -> Optional.of(new Value.Bool(x.compareTo(y) < 0));
            case "Greater" -> Optional.of(new Value.Bool(x.compareTo(y) > 0));
            case "Equal" -> Optional.of(new Value.Bool(x.equalTo(y)));
            case "And" -> Optional.of(new Value.Bool(a.truth() && b.truth()));
            case "Or" -> Optional.of(new Value.Bool(a.truth() || b.truth()));
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

    static Optional<SymbolicTensor> concat(List<SymbolicTensor> parts, List<Dim> shape) {
        List<Scalar> all = new ArrayList<>();
        for (SymbolicTensor part : parts) {
            if (part.rank() != 1 || elements(part).isEmpty()) {
                return Optional.empty();
            }
            all.addAll(elements(part).get());
        }
        return Optional.of(SymbolicTensor.of(parts.get(0).type(), shape, all));
    }
}
