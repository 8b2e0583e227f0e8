package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Resizing of images whose lengths are open, where for all lengths it comes to the same operation
 * of ONNX.
 *
 * @param axes the axes behind the channels
 */
record OpenResizing(List<Axis> axes) {

    /** Factors are taken as fractions of powers of two, with which all arithmetic is exact. */
    private static final long DIVISIONS = 64;

    /**
     * An axis.
     *
     * @param from its length
     * @param to the length that it is to have
     * @param scale how many times as long it becomes, if that is the same for all lengths
     */
    private record Axis(Dim from, Dim to, Optional<Double> scale) {

        boolean isKept() {
            return from.equals(to) && scale.orElse(1.0) == 1;
        }

        boolean isPowerOfTwo() {
            return scale.filter(s -> Math.scalb(1.0, Math.getExponent(s)) == s).isPresent();
        }
    }

    /** Whether lengths are open that decide over the result. */
    static boolean applies(OperatorCall call) {
        SymbolicTensor x = Resizing.image(call);
        boolean open = Images.lengths(x, x.rank() - 2).stream().anyMatch(d -> !d.isConstant());
        return open
                || call.has("output_size")
                        && call.dims("output_size").stream().anyMatch(d -> !d.isConstant());
    }

    static OpenResizing of(OperatorCall call) {
        SymbolicTensor x = Resizing.image(call);
        int count = x.rank() - 2;
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Dim from = x.dim(i + 2);
            Optional<Double> factor = Resizing.factor(call, i, count);
            Dim to = call.has("output_size") ? given(call, i) : scaled(from, factor.orElseThrow());
            if (!Dim.ONE.isAtMost(to)) {
                throw call.unsupported("makes an axis of " + to + " of " + from);
            }
            // PyTorch takes no notice of a factor for an axis that keeps its length.
            boolean named = factor.isPresent() && !from.equals(to);
            axes.add(new Axis(from, to, named ? factor : ratio(from, to)));
        }
        return new OpenResizing(axes);
    }

    private static Dim given(OperatorCall call, int axis) {
        List<Dim> sizes = call.dims("output_size");
        return sizes.get(sizes.size() == 1 ? 0 : axis);
    }

    private static Dim scaled(Dim from, double factor) {
        double times = factor * DIVISIONS;
        if (times != Math.rint(times) && !from.isConstant()) {
            throw new BatchDependentException(
                    "makes " + from + " " + factor + " times as long", from);
        }
        return from.isConstant()
                ? Dim.of((long) Math.floor(from.value() * factor))
                : from.times(Dim.of((long) times)).floorDividedBy(Dim.of(DIVISIONS));
    }

    private static Optional<Double> ratio(Dim from, Dim to) {
        if (from.isConstant() && to.isConstant()) {
            return Optional.of((double) to.value() / from.value());
        }
        return times(to, from).or(() -> times(from, to).map(t -> 1 / t));
    }

    private static Optional<Double> times(Dim whole, Dim part) {
        try {
            Dim quotient = whole.floorDividedBy(part);
            boolean exact = quotient.isConstant() && quotient.times(part).equals(whole);
            return exact ? Optional.of((double) quotient.value()) : Optional.empty();
        } catch (BatchDependentException e) {
            return Optional.empty();
        }
    }

    /** The nearest elements; which these are must not depend on how quotients are rounded. */
    SymbolicTensor nearest(OperatorCall call, AttributeProto... attributes) {
        for (Axis axis : axes) {
            if (!axis.isPowerOfTwo()) {
                throw new BatchDependentException(
                        "chooses the nearest of " + axis.from() + " for " + axis.to(),
                        axis.from(),
                        axis.to());
            }
        }
        return resize(call, true, attributes);
    }

    /** Between elements; by factors where these are given, unless corners are aligned. */
    SymbolicTensor between(OperatorCall call, AttributeProto... attributes) {
        return resize(call, axes.stream().allMatch(a -> a.scale().isPresent()), attributes);
    }

    private SymbolicTensor resize(
            OperatorCall call, boolean byScales, AttributeProto... attributes) {
        SymbolicTensor x = Resizing.image(call);
        if (axes.stream().allMatch(Axis::isKept)) {
            return x;
        }
        if (!x.type().isFloating()) {
            throw call.unsupported("resizes whole numbers");
        }
        List<Dim> shape = Images.resized(x, axes.stream().map(Axis::to).toList());
        List<SymbolicTensor> inputs = new ArrayList<>(Arrays.asList(x, null));
        if (byScales) {
            List<Value.Scalar> scales =
                    new ArrayList<>(List.of(new Value.Real(1), new Value.Real(1)));
            axes.forEach(a -> scales.add(new Value.Real(a.scale().orElseThrow())));
            inputs.add(
                    SymbolicTensor.of(ElementType.FLOAT32, List.of(Dim.of(scales.size())), scales));
        } else {
            if (axes.stream().anyMatch(a -> isGiven(a))) {
                throw new BatchDependentException(
                        "resizes one axis by a factor and another by lengths",
                        axes.stream().map(Axis::from).toArray(Dim[]::new));
            }
            inputs.add(null);
            inputs.add(call.graph().dims(shape));
        }
        return call.graph().node("Resize", x.type(), shape, inputs, attributes);
    }

    /** Whether lengths would tell another factor than the one that is given. */
    private static boolean isGiven(Axis axis) {
        return axis.scale().isPresent() && !ratio(axis.from(), axis.to()).equals(axis.scale());
    }
}
