package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongToDoubleFunction;

/** Tensors that are made of sizes and numbers. Stateless. */
final class Creation {

    private Creation() {}

    /** {@code zeros}, {@code ones}, and {@code empty}, whose elements may as well be zero. */
    static SymbolicTensor filled(OperatorCall call, long value) {
        return filled(call, call.anyType("dtype").orElse(ElementType.FLOAT32), Value.Int.of(value));
    }

    static SymbolicTensor full(OperatorCall call) {
        Scalar value = call.scalar("fill_value");
        return filled(call, call.anyType("dtype").orElse(Promotion.typeOf(value)), value);
    }

    /** {@code new_zeros} and the like: of the type of another tensor. */
    static SymbolicTensor filledNew(OperatorCall call, Scalar value) {
        return filled(call, call.anyType("dtype").orElse(call.tensor("self").type()), value);
    }

    /** {@code zeros_like} and the like: of the shape of another tensor, too. */
    static SymbolicTensor filledLike(OperatorCall call, Scalar value) {
        SymbolicTensor like = call.tensor("self");
        return filled(call, call.anyType("dtype").orElse(like.type()), like.shape(), value);
    }

    private static SymbolicTensor filled(OperatorCall call, ElementType type, Scalar value) {
        return filled(call, type, call.dims("size"), value);
    }

    private static SymbolicTensor filled(
            OperatorCall call, ElementType type, List<Dim> shape, Scalar value) {
        if (type.isComplex()) {
            SymbolicTensor real = filled(call, type.part(), shape, value);
            // Nothing is zero in both parts; of anything else the imaginary part differs.
            return ScalarMath.isOpen(value) || value.truth()
                    ? ComplexTensors.convert(call.primitives(), real, type)
                    : new SymbolicTensor(
                            type, shape, new Source.Filled(Scalars.convert(value, type.part())));
        }
        Scalar typed = Scalars.convert(value, type);
        return shape.isEmpty()
                ? SymbolicTensor.scalar(type, typed)
                : new SymbolicTensor(type, shape, new Source.Filled(typed));
    }

    /** {@code fill_}: every element one value, which may be a tensor's. */
    static SymbolicTensor fill(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        if (call.value("value") instanceof Scalar scalar) {
            return filled(call, x.type(), x.shape(), scalar);
        }
        Primitives to = call.primitives();
        return ComplexTensors.expand(
                to, ComplexTensors.convert(to, call.tensor("value"), x.type()), x.shape());
    }

    static SymbolicTensor arange(OperatorCall call) {
        Scalar start = call.has("start") ? call.scalar("start") : Value.Int.of(0);
        Scalar end = call.scalar("end");
        Scalar step = call.has("step") ? call.scalar("step") : Value.Int.of(1);
        boolean whole =
                ScalarMath.isWhole(start) && ScalarMath.isWhole(end) && ScalarMath.isWhole(step);
        ElementType type =
                call.type("dtype").orElse(whole ? ElementType.INT64 : ElementType.FLOAT32);
        if (whole) {
            return range(call, type, start.whole(), end.whole(), step.whole());
        }
        double from = start.real();
        double by = step.real();
        long length = (long) Math.ceil((end.real() - from) / by);
        return values(call, type, length, i -> from + i * by);
    }

    private static SymbolicTensor range(
            OperatorCall call, ElementType type, Dim start, Dim end, Dim step) {
        long by = step.value();
        if (by == 0) {
            throw call.unsupported("has a step of 0");
        }
        // Rounded up.
        Dim length = end.minus(start).times(Dim.of(-1)).floorDividedBy(step).times(Dim.of(-1));
        if (!length.isConstant()) {
            return new SymbolicTensor(type, List.of(length), new Source.Range(start, step));
        }
        call.checkLength(length.value());
        List<Scalar> elements = new ArrayList<>();
        for (long i = 0; i < length.value(); i++) {
            // One object an element, for there may be millions.
            Dim element =
                    start.isConstant()
                            ? Dim.of(Math.addExact(start.value(), Math.multiplyExact(by, i)))
                            : start.plus(Dim.of(Math.multiplyExact(by, i)));
            elements.add(Scalars.convert(new Value.Int(element), type));
        }
        return SymbolicTensor.of(type, List.of(Dim.of(elements.size())), elements);
    }

    private static SymbolicTensor values(
            OperatorCall call, ElementType type, long length, LongToDoubleFunction value) {
        call.checkLength(length);
        List<Scalar> elements = new ArrayList<>();
        for (long i = 0; i < length; i++) {
            elements.add(Scalars.convert(new Value.Real(value.applyAsDouble(i)), type));
        }
        return SymbolicTensor.of(type, List.of(Dim.of(Math.max(0, length))), elements);
    }

    /** From both ends to the middle, as PyTorch does. */
    static SymbolicTensor linspace(OperatorCall call) {
        return spaced(call, x -> x);
    }

    static SymbolicTensor logspace(OperatorCall call) {
        double base = call.real("base");
        return spaced(call, x -> Math.pow(base, x));
    }

    private static SymbolicTensor spaced(OperatorCall call, DoubleUnaryOperator function) {
        double start = call.real("start");
        double end = call.real("end");
        long steps = call.integer("steps");
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        return values(
                call,
                call.type("dtype").orElse(ElementType.FLOAT32),
                steps,
                i ->
                        function.applyAsDouble(
                                i < steps / 2.0 ? start + i * step : end - (steps - 1 - i) * step));
    }

    static SymbolicTensor eye(OperatorCall call) {
        long rows = call.integer("n");
        long columns = call.has("m") ? call.integer("m") : rows;
        call.checkLength(Math.multiplyExact(rows, columns));
        return identity(call.type("dtype").orElse(ElementType.FLOAT32), rows, columns);
    }

    static SymbolicTensor identity(ElementType type, long rows, long columns) {
        List<Scalar> elements = new ArrayList<>();
        for (long i = 0; i < rows * columns; i++) {
            elements.add(Scalars.convert(new Value.Bool(i / columns == i % columns), type));
        }
        return SymbolicTensor.of(type, List.of(Dim.of(rows), Dim.of(columns)), elements);
    }

    /** {@code tensor}, {@code as_tensor}, {@code scalar_tensor}: of numbers, or lists of them. */
    static Value tensor(OperatorCall call) {
        if (call.value(0) instanceof Value.Tensor tensor) {
            ElementType type = call.type("dtype").orElse(tensor.get().type());
            boolean same = call.name().endsWith("as_tensor") && type == tensor.get().type();
            return same ? tensor : OperatorCall.result(call.primitives().cast(tensor.get(), type));
        }
        List<Dim> shape = new ArrayList<>();
        Value first = call.value(0);
        while (first instanceof Value.ListOf list) {
            shape.add(Dim.of(list.elements().size()));
            first = list.elements().isEmpty() ? Value.None.NONE : list.elements().get(0);
        }
        List<Scalar> elements = new ArrayList<>();
        flatten(call, call.value(0), elements);
        ElementType natural =
                first instanceof Scalar scalar && !call.name().endsWith("scalar_tensor")
                        ? Promotion.typeOf(scalar)
                        : ElementType.FLOAT32;
        ElementType type = call.type("dtype").orElse(natural);
        if (!SymbolicTensor.count(shape).is(elements.size())) {
            throw call.unsupported("is of lists of different lengths");
        }
        return OperatorCall.result(SymbolicTensor.of(type, shape, Scalars.convert(elements, type)));
    }

    private static void flatten(OperatorCall call, Value value, List<Scalar> elements) {
        if (value instanceof Value.ListOf list) {
            list.elements().forEach(e -> flatten(call, e, elements));
        } else if (value instanceof Scalar scalar) {
            elements.add(scalar);
        } else {
            throw call.unsupported("is of what are no numbers");
        }
    }
}
