package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.List;
import java.util.Optional;

/** Sums, products and quotients of which at least one operand is complex. Stateless. */
final class ComplexArithmetic {

    private ComplexArithmetic() {}

    /** A complex number, or a real one beside complex ones, while it is known. */
    record Known(double real, double imaginary) {

        static Optional<Known> of(OperatorCall call, Value value) {
            if (value instanceof Scalar scalar && !ScalarMath.isOpen(scalar)) {
                return Optional.of(new Known(scalar.real(), 0));
            }
            if (!(value instanceof Value.Tensor tensor) || !tensor.isNumber()) {
                return Optional.empty();
            }
            SymbolicTensor now = tensor.get();
            SymbolicTensor parts = now.type().isComplex() ? now.realView() : now;
            return call.graph()
                    .elements(parts)
                    .map(e -> new Known(e.get(0).real(), e.size() > 1 ? e.get(1).real() : 0));
        }

        /** As TorchScript's numbers are kept: of the widest type. */
        Value toValue() {
            SymbolicTensor parts =
                    SymbolicTensor.of(
                            ElementType.FLOAT64,
                            List.of(Dim.of(2)),
                            List.of(new Value.Real(real), new Value.Real(imaginary)));
            return Value.Tensor.ofNumber(parts.complexView());
        }
    }

    /** A function of two known numbers. */
    @FunctionalInterface
    private interface OfKnown {

        Known apply(Known a, Known b);
    }

    private static Optional<Value> known(OperatorCall call, OfKnown function) {
        return Known.of(call, call.value(0))
                .flatMap(
                        a ->
                                Known.of(call, call.value(1))
                                        .map(b -> function.apply(a, b).toValue()));
    }

    private static ElementType common(OperatorCall call) {
        return Promotion.common(List.of(call.value(0), call.value(1))).part();
    }

    static Value add(OperatorCall call) {
        return known(call, (a, b) -> new Known(a.real + b.real, a.imaginary + b.imaginary))
                .orElseGet(() -> sum(call, "Add", false));
    }

    static Value sub(OperatorCall call) {
        return known(call, (a, b) -> new Known(a.real - b.real, a.imaginary - b.imaginary))
                .orElseGet(() -> sum(call, "Sub", false));
    }

    static Value rsub(OperatorCall call) {
        return sum(call, "Sub", true);
    }

    private static Value sum(OperatorCall call, String operator, boolean reversed) {
        ElementType part = common(call);
        Primitives to = call.primitives();
        SymbolicTensor a = ComplexTensors.pair(call, call.value(reversed ? 1 : 0), part);
        SymbolicTensor b = ComplexTensors.pair(call, call.value(reversed ? 0 : 1), part);
        if (call.has("alpha") && call.real("alpha") != 1) {
            b = to.mul(b, call.real("alpha"));
        }
        return result(to.binary(operator, a, b));
    }

    /** What a pair is a result for. */
    static Value result(SymbolicTensor pair) {
        return OperatorCall.result(pair.complexView());
    }

    static Value mul(OperatorCall call) {
        Optional<Value> known =
                known(
                        call,
                        (a, b) ->
                                new Known(
                                        a.real * b.real - a.imaginary * b.imaginary,
                                        a.real * b.imaginary + a.imaginary * b.real));
        return known.orElseGet(() -> result(product(call)));
    }

    private static SymbolicTensor product(OperatorCall call) {
        ElementType part = common(call);
        Primitives to = call.primitives();
        for (int i = 0; i < 2; i++) {
            Optional<SymbolicTensor> real = real(call, call.value(i), part);
            if (real.isPresent()) {
                return to.mul(ComplexTensors.pair(call, call.value(1 - i), part), real.get());
            }
        }
        return times(
                call,
                ComplexTensors.pair(call, call.value(0), part),
                ComplexTensors.pair(call, call.value(1), part));
    }

    /** A real operand, with an axis that meets both parts of the other one. */
    private static Optional<SymbolicTensor> real(OperatorCall call, Value value, ElementType part) {
        if (value instanceof Value.Tensor tensor && tensor.get().type().isComplex()) {
            return Optional.empty();
        }
        SymbolicTensor x = Arithmetic.typed(call, value, part);
        return Optional.of(x.rank() == 0 ? x : call.primitives().unsqueeze(x, x.rank()));
    }

    /**
     * The product of two pairs: the one times the other's real part, and the one times i times the
     * other's imaginary part. What is constant is taken apart, which then costs nothing.
     */
    static SymbolicTensor times(OperatorCall call, SymbolicTensor a, SymbolicTensor b) {
        if (a.isConstant() && !b.isConstant()) {
            return times(call, b, a);
        }
        Primitives to = call.primitives();
        SymbolicTensor imaginary =
                to.mul(ComplexTensors.kept(to, b, 1), ComplexTensors.factors(b, -1, 1));
        return to.add(
                to.mul(a, ComplexTensors.kept(to, b, 0)),
                to.mul(ComplexTensors.swapped(call, a), imaginary));
    }

    static Value div(OperatorCall call) {
        if (call.has("rounding_mode")) {
            throw call.unsupported("rounds complex quotients");
        }
        Optional<Value> known =
                known(
                        call,
                        (a, b) -> {
                            double size = b.real * b.real + b.imaginary * b.imaginary;
                            return new Known(
                                    (a.real * b.real + a.imaginary * b.imaginary) / size,
                                    (a.imaginary * b.real - a.real * b.imaginary) / size);
                        });
        return known.orElseGet(() -> result(quotient(call)));
    }

    private static SymbolicTensor quotient(OperatorCall call) {
        ElementType part = common(call);
        Primitives to = call.primitives();
        Optional<SymbolicTensor> divisor = real(call, call.value(1), part);
        if (divisor.isPresent()) {
            return to.div(ComplexTensors.pair(call, call.value(0), part), divisor.get());
        }
        SymbolicTensor inverse = inverse(to, ComplexTensors.pair(call, call.value(1), part));
        return real(call, call.value(0), part)
                .map(real -> to.mul(inverse, real))
                .orElseGet(
                        () -> times(call, ComplexTensors.pair(call, call.value(0), part), inverse));
    }

    /** {@code 1 / z}, which is the conjugate by the square of the size. */
    static SymbolicTensor inverse(Primitives to, SymbolicTensor pair) {
        SymbolicTensor squares =
                to.reduce("ReduceSum", to.mul(pair, pair), List.of(pair.rank() - 1), true);
        return to.div(ComplexTensors.conjugate(to, pair), squares);
    }

    static Value neg(OperatorCall call) {
        return Known.of(call, call.value(0))
                .map(z -> new Known(-z.real, -z.imaginary).toValue())
                .orElseGet(
                        () ->
                                result(
                                        call.primitives()
                                                .unary("Neg", call.tensor("self").realView())));
    }

    /** {@code complex(real, imaginary)} of numbers. */
    static Value ofNumbers(OperatorCall call) {
        Known real = Known.of(call, call.value(0)).orElseThrow(() -> unknown(call));
        if (call.count() == 1) {
            return real.toValue();
        }
        Known imaginary = Known.of(call, call.value(1)).orElseThrow(() -> unknown(call));
        return new Known(real.real - imaginary.imaginary, real.imaginary + imaginary.real)
                .toValue();
    }

    private static UnsupportedOperatorException unknown(OperatorCall call) {
        return call.unsupported("makes a number of what depends on the input");
    }

    /** Whether numbers are the same in both parts, or differ in one. */
    static SymbolicTensor equal(OperatorCall call, boolean same) {
        ElementType part = common(call);
        Primitives to = call.primitives();
        SymbolicTensor parts =
                to.compare(
                        "Equal",
                        ComplexTensors.pair(call, call.value(0), part),
                        ComplexTensors.pair(call, call.value(1), part));
        SymbolicTensor both = both(to, "And", parts);
        return same ? both : to.unary("Not", both);
    }

    /** Truths of the parts put together. */
    static SymbolicTensor both(Primitives to, String operator, SymbolicTensor parts) {
        return to.compare(
                operator, ComplexTensors.part(to, parts, 0), ComplexTensors.part(to, parts, 1));
    }

    /** Where a condition holds the one, elsewhere the other. */
    static Value where(OperatorCall call, Value condition, Value a, Value b) {
        ElementType part = Promotion.common(List.of(a, b)).part();
        Primitives to = call.primitives();
        SymbolicTensor mask = ((Value.Tensor) condition).get();
        SymbolicTensor wide = to.unsqueeze(to.cast(mask, ElementType.BOOL), mask.rank());
        return result(
                to.where(
                        wide,
                        ComplexTensors.pair(call, a, part),
                        ComplexTensors.pair(call, b, part)));
    }
}
