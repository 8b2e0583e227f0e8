package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Complex tensors as <i>pairs</i>: real tensors whose last axis holds the real and the imaginary
 * part, as PyTorch's {@code view_as_real} shows them. Stateless.
 */
final class ComplexTensors {

    private ComplexTensors() {}

    /** Whether any of some values is complex, or is a list or a tuple that holds what is. */
    static boolean among(Collection<Value> values) {
        return values.stream().anyMatch(ComplexTensors::isComplex);
    }

    private static boolean isComplex(Value value) {
        if (value instanceof Value.Tensor tensor) {
            return tensor.get().type().isComplex();
        }
        if (value instanceof Value.ListOf list) {
            return among(list.elements());
        }
        return value instanceof Value.Tuple tuple && among(tuple.elements());
    }

    /** A complex tensor of its two parts, which have one shape. */
    static SymbolicTensor join(Primitives to, SymbolicTensor real, SymbolicTensor imaginary) {
        int last = real.rank();
        return to.concat(List.of(to.unsqueeze(real, last), to.unsqueeze(imaginary, last)), last)
                .complexView();
    }

    /** One part of a pair: 0 is the real one, 1 the imaginary one. */
    static SymbolicTensor part(Primitives to, SymbolicTensor pair, int which) {
        return to.select(pair, pair.rank() - 1, Dim.of(which));
    }

    /** One part of a pair, whose last axis stays, with length 1. */
    static SymbolicTensor kept(Primitives to, SymbolicTensor pair, int which) {
        return to.slice(pair, pair.rank() - 1, Dim.of(which), Dim.of(which + 1), 1);
    }

    /** Two numbers for the last axis of a pair. */
    static SymbolicTensor factors(SymbolicTensor pair, double real, double imaginary) {
        return SymbolicTensor.of(
                pair.type(),
                List.of(Dim.of(2)),
                List.of(new Value.Real(real), new Value.Real(imaginary)));
    }

    /** A tensor or a number as a pair of parts of a type. */
    static SymbolicTensor pair(OperatorCall call, Value value, ElementType part) {
        Primitives to = call.primitives();
        if (value instanceof Value.Tensor tensor && tensor.get().type().isComplex()) {
            return to.cast(tensor.get().realView(), part);
        }
        return convert(to, Arithmetic.typed(call, value, part), part.complex()).realView();
    }

    /** Converts the elements; a complex number becomes real by losing its imaginary part. */
    static SymbolicTensor convert(Primitives to, SymbolicTensor x, ElementType type) {
        if (x.type() == type) {
            return x;
        }
        if (x.type().isComplex()) {
            return type.isComplex()
                    ? to.cast(x.realView(), type.part()).complexView()
                    : to.cast(part(to, x.realView(), 0), type);
        }
        if (!type.isComplex()) {
            return to.cast(x, type);
        }
        SymbolicTensor column = to.unsqueeze(to.cast(x, type.part()), x.rank());
        return to.mul(column, factors(column, 1, 0)).complexView();
    }

    /** Repeats what has length 1. */
    static SymbolicTensor expand(Primitives to, SymbolicTensor x, List<Dim> shape) {
        if (!x.type().isComplex()) {
            return to.expand(x, shape);
        }
        List<Dim> parts = new ArrayList<>(shape);
        parts.add(Dim.of(2));
        return to.expand(x.realView(), parts).complexView();
    }

    /** The parts of a pair exchanged. */
    static SymbolicTensor swapped(OperatorCall call, SymbolicTensor pair) {
        return Gathers.gather(call, pair, List.of(1L, 0L), pair.rank() - 1);
    }

    /** A pair times i: {@code i (a + ib) = -b + ia}. */
    static SymbolicTensor turned(OperatorCall call, SymbolicTensor pair) {
        return call.primitives().mul(swapped(call, pair), factors(pair, -1, 1));
    }

    static SymbolicTensor conjugate(Primitives to, SymbolicTensor pair) {
        return to.mul(pair, factors(pair, 1, -1));
    }

    /** The size of each number. */
    static SymbolicTensor absolute(Primitives to, SymbolicTensor pair) {
        return to.reduce("ReduceL2", pair, List.of(pair.rank() - 1), false);
    }
}
