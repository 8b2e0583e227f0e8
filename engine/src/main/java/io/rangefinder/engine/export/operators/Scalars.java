package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Arithmetic on few known elements, as traced models do with shapes. Such elements may depend on
 * the batch, so this can't be left to ONNX Runtime. What does not follow for every batch, or is not
 * worth it, is left to the graph. Stateless.
 */
final class Scalars {

    private Scalars() {}

    static List<Scalar> convert(List<Scalar> values, ElementType type) {
        return values.stream().map(v -> convert(v, type)).toList();
    }

    static Scalar convert(Scalar value, ElementType type) {
        if (type == ElementType.BOOL) {
            return new Value.Bool(value.truth());
        }
        if (!type.isFloating()) {
            return value instanceof Value.Int whole ? whole : new Value.Int(value.whole());
        }
        if (ScalarMath.isOpen(value)) {
            return new Value.RealDim(value.whole());
        }
        return new Value.Real(type == ElementType.FLOAT64 ? value.real() : (float) value.real());
    }

    /** The elements of a tensor, if they are at hand. */
    static Optional<List<Scalar>> elements(SymbolicTensor x) {
        return x.source() instanceof Source.Elements elements
                ? Optional.of(elements.values())
                : Optional.empty();
    }

    /** What can be said only for some batches is left to the graph. */
    private static Optional<SymbolicTensor> attempt(Supplier<Optional<SymbolicTensor>> made) {
        try {
            return made.get();
        } catch (BatchDependentException e) {
            return Optional.empty();
        }
    }

    static Optional<SymbolicTensor> unary(String operator, SymbolicTensor x) {
        return attempt(() -> elements(x).flatMap(values -> unary(operator, x, values)));
    }

    private static Optional<SymbolicTensor> unary(
            String operator, SymbolicTensor x, List<Scalar> values) {
        List<Scalar> results = new ArrayList<>();
        for (Scalar value : values) {
            Optional<Scalar> result = ScalarMath.unary(operator, value, x.type());
            if (result.isEmpty()) {
                return Optional.empty();
            }
            results.add(convert(result.get(), x.type()));
        }
        return Optional.of(SymbolicTensor.of(x.type(), x.shape(), results));
    }

    static Optional<SymbolicTensor> binary(
            String operator,
            SymbolicTensor a,
            SymbolicTensor b,
            ElementType type,
            List<Dim> shape) {
        return attempt(() -> pairs(operator, a, b, type, shape));
    }

    private static Optional<SymbolicTensor> pairs(
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
        if (!arePaired(count, shape, List.of(left.get(), right.get()))) {
            return Optional.empty();
        }
        List<Scalar> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Scalar x = at(left.get(), i);
            Scalar y = at(right.get(), i);
            Optional<Scalar> result =
                    a.type().isFloating()
                            ? ScalarMath.reals(operator, x, y)
                            : ScalarMath.wholes(operator, x, y);
            if (result.isEmpty()) {
                return Optional.empty();
            }
            results.add(convert(result.get(), type));
        }
        return Optional.of(SymbolicTensor.of(type, shape, results));
    }

    /** Whether each operand has as many elements as the result, or one for all. */
    private static boolean arePaired(int count, List<Dim> shape, List<List<Scalar>> operands) {
        return SymbolicTensor.count(shape).is(count)
                && operands.stream().allMatch(o -> o.size() == count || o.size() == 1);
    }

    private static Scalar at(List<Scalar> values, int index) {
        return values.get(values.size() == 1 ? 0 : index);
    }

    static Optional<SymbolicTensor> where(
            SymbolicTensor condition, SymbolicTensor a, SymbolicTensor b, List<Dim> shape) {
        Optional<List<Scalar>> truths = elements(condition);
        Optional<List<Scalar>> left = elements(a);
        Optional<List<Scalar>> right = elements(b);
        if (truths.isEmpty() || left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        int count = Math.max(truths.get().size(), Math.max(left.get().size(), right.get().size()));
        if (!arePaired(count, shape, List.of(truths.get(), left.get(), right.get()))) {
            return Optional.empty();
        }
        List<Scalar> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(at(truths.get(), i).truth() ? at(left.get(), i) : at(right.get(), i));
        }
        return Optional.of(SymbolicTensor.of(a.type(), shape, results));
    }

    /** One number of all elements: their sum, product or extreme. */
    static Optional<SymbolicTensor> reduce(String operator, SymbolicTensor x, List<Dim> shape) {
        String pairwise =
                switch (operator) {
                    case "ReduceSum" -> "Add";
                    case "ReduceProd" -> "Mul";
                    case "ReduceMin" -> "Min";
                    case "ReduceMax" -> "Max";
                    default -> "";
                };
        boolean all = SymbolicTensor.count(shape).is(1) && !pairwise.isEmpty();
        return all
                ? attempt(() -> elements(x).flatMap(v -> fold(pairwise, x.type(), v, shape)))
                : Optional.empty();
    }

    private static Optional<SymbolicTensor> fold(
            String operator, ElementType type, List<Scalar> values, List<Dim> shape) {
        Optional<SymbolicTensor> result = Optional.empty();
        for (Scalar value : values) {
            SymbolicTensor next = SymbolicTensor.of(type, shape, List.of(value));
            result =
                    result.isEmpty()
                            ? Optional.of(next)
                            : pairs(operator, result.get(), next, type, shape);
            if (result.isEmpty()) {
                return result;
            }
        }
        return result;
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
