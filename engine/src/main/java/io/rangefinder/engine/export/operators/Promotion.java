package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The common type of operands, by <a
 * href="https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc">PyTorch's
 * rules</a>: tensors without axes, and numbers below them, count only if they are of a higher kind
 * (truth, whole number, number with fractions, complex number). Stateless.
 */
final class Promotion {

    private Promotion() {}

    /** The type that a number has on its own. */
    static ElementType typeOf(Scalar scalar) {
        if (scalar instanceof Value.Bool) {
            return ElementType.BOOL;
        }
        return scalar instanceof Value.Real ? ElementType.FLOAT32 : ElementType.INT64;
    }

    /** The type that arithmetic on these values has. */
    static ElementType common(List<Value> operands) {
        List<ElementType> tensors = new ArrayList<>();
        List<ElementType> withoutAxes = new ArrayList<>();
        List<ElementType> numbers = new ArrayList<>();
        for (Value operand : operands) {
            if (operand instanceof Value.Tensor number && number.isNumber()) {
                ElementType type = number.get().type();
                numbers.add(natural(type));
            } else if (operand instanceof Value.Tensor tensor) {
                SymbolicTensor now = tensor.get();
                (now.rank() > 0 ? tensors : withoutAxes).add(now.type());
            } else if (operand instanceof Scalar scalar) {
                numbers.add(typeOf(scalar));
            }
        }
        Optional<ElementType> type = promoted(tensors);
        type = higher(type, promoted(withoutAxes));
        return higher(type, promoted(numbers)).orElse(ElementType.FLOAT32);
    }

    /** What PyTorch computes numbers in that are not in a tensor. */
    private static ElementType natural(ElementType type) {
        if (type.isComplex()) {
            return ElementType.COMPLEX64;
        }
        return type.isFloating() ? ElementType.FLOAT32 : type;
    }

    private static Optional<ElementType> promoted(List<ElementType> types) {
        return types.stream().reduce(ElementType::promote);
    }

    private static Optional<ElementType> higher(
            Optional<ElementType> type, Optional<ElementType> lesser) {
        if (type.isEmpty() || lesser.isEmpty()) {
            return type.or(() -> lesser);
        }
        return kind(lesser.get()) > kind(type.get())
                ? Optional.of(type.get().promote(lesser.get()))
                : type;
    }

    private static int kind(ElementType type) {
        if (type.isComplex()) {
            return 3;
        }
        return type == ElementType.BOOL ? 0 : type.isFloating() ? 2 : 1;
    }

    /** The type that a function with fractions gives: whole numbers become float32. */
    static ElementType floating(ElementType type) {
        return type.isFloating() ? type : ElementType.FLOAT32;
    }
}
