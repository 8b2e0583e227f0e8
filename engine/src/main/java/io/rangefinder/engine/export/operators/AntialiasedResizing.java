package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Resizing with antialiasing, as Pillow does it ({@code
 * aten/src/ATen/native/cpu/UpSampleKernel.cpp}, {@code _compute_index_ranges_weights}): each
 * element is a weighted mean of those nearby, more of them the more the image shrinks. The weights
 * are known, so that this is a product with a matrix for each axis; ONNX's {@code Resize} has no
 * antialiasing before opset 18. Stateless.
 */
final class AntialiasedResizing {

    private AntialiasedResizing() {}

    static SymbolicTensor linear(OperatorCall call) {
        return resize(call, 1, x -> Math.max(0, 1 - x));
    }

    static SymbolicTensor cubic(OperatorCall call) {
        return resize(call, 2, AntialiasedResizing::cubic);
    }

    private static double cubic(double x) {
        if (x < 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? -0.5 * (((x - 5) * x + 8) * x - 4) : 0;
    }

    private static SymbolicTensor resize(
            OperatorCall call, double support, DoubleUnaryOperator filter) {
        SymbolicTensor x = Resizing.image(call);
        if (!x.type().isFloating()) {
            throw call.unsupported("resizes whole numbers");
        }
        boolean corners = call.truth("align_corners");
        List<ResizedAxis> axes =
                Resizing.axes(call).stream().map(ResizedAxis::withoutFactorIfKept).toList();
        Primitives to = call.primitives();
        SymbolicTensor result = x;
        if (!axes.get(1).isKept()) {
            SymbolicTensor columns = weights(call, axes.get(1), corners, support, filter);
            result = to.matmul(result, to.cast(to.transpose(columns, 0, 1), x.type()));
        }
        if (!axes.get(0).isKept()) {
            SymbolicTensor rows = weights(call, axes.get(0), corners, support, filter);
            result = to.matmul(to.cast(rows, x.type()), result);
        }
        return result;
    }

    /** A row of weights for each element of the result. */
    private static SymbolicTensor weights(
            OperatorCall call,
            ResizedAxis axis,
            boolean corners,
            double support,
            DoubleUnaryOperator filter) {
        double step = corners ? cornerStep(axis) : axis.step();
        double widening = Math.max(step, 1);
        call.checkMask(axis.to(), axis.from());
        double[] all = new double[Math.toIntExact(axis.to() * axis.from())];
        int next = 0;
        for (long i = 0; i < axis.to(); i++) {
            double centre = step * (i + 0.5);
            long start = Math.max((long) (centre - support * widening + 0.5), 0);
            long end = Math.min((long) (centre + support * widening + 0.5), axis.from());
            double[] row = new double[Math.toIntExact(axis.from())];
            double sum = 0;
            for (long j = start; j < end; j++) {
                row[(int) j] = filter.applyAsDouble(Math.abs((j - centre + 0.5) / widening));
                sum += row[(int) j];
            }
            for (double weight : row) {
                all[next++] = weight / sum;
            }
        }
        return call.graph()
                .transform(
                        ElementType.FLOAT32, List.of(Dim.of(axis.to()), Dim.of(axis.from())), all);
    }

    private static double cornerStep(ResizedAxis axis) {
        return axis.to() > 1 ? (axis.from() - 1.0) / (axis.to() - 1) : 0;
    }
}
