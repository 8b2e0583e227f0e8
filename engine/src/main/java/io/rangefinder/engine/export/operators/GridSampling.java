package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Sampling of images at the points of a grid, {@code grid_sample}. ONNX has an operator for images
 * of two axes from opset 16 on; else each sample is a weighted sum of the elements around it, which
 * are gathered one by one. Stateless.
 */
final class GridSampling {

    private static final int OPSET_OF_GRID_SAMPLE = 16;

    /** By PyTorch's numbers. */
    private static final List<String> MODES = List.of("bilinear", "nearest", "bicubic");

    private static final List<String> PADDINGS = List.of("zeros", "border", "reflection");

    private GridSampling() {}

    static SymbolicTensor sample(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        SymbolicTensor grid = call.tensor("grid");
        String mode = MODES.get((int) call.integer("interpolation_mode"));
        String padding = PADDINGS.get((int) call.integer("padding_mode"));
        boolean corners = call.truth("align_corners");
        List<Dim> shape = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
        shape.addAll(grid.shape().subList(1, grid.rank() - 1));
        if (x.rank() == 4 && call.graph().opset() >= OPSET_OF_GRID_SAMPLE) {
            return call.graph()
                    .node(
                            "GridSample",
                            x.type(),
                            shape,
                            List.of(x, grid),
                            Attributes.of("align_corners", corners ? 1L : 0L),
                            Attributes.of("mode", mode),
                            Attributes.of("padding_mode", padding));
        }
        Primitives to = call.primitives();
        int axes = x.rank() - 2;
        Dim points = SymbolicTensor.count(shape.subList(2, shape.size()));
        SymbolicTensor flat = to.reshape(grid, List.of(x.dim(0), points, Dim.of(axes)));
        List<List<SampledAxis.Tap>> taps = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            // The grid tells the place along the last axis first.
            SymbolicTensor place = to.select(flat, 2, Dim.of(axes - 1 - i));
            long length = x.dim(i + 2).value();
            taps.add(new SampledAxis(call, length, padding, corners).taps(place, mode));
        }
        return to.reshape(sum(call, x, points, taps), shape);
    }

    private static SymbolicTensor sum(
            OperatorCall call, SymbolicTensor x, Dim points, List<List<SampledAxis.Tap>> taps) {
        Primitives to = call.primitives();
        List<Dim> lengths = x.shape().subList(2, x.rank());
        SymbolicTensor image =
                to.reshape(x, List.of(x.dim(0), x.dim(1), SymbolicTensor.count(lengths)));
        List<Dim> shape = List.of(x.dim(0), x.dim(1), points);
        SymbolicTensor sum = null;
        for (SampledAxis.Tap tap : corners(to, lengths, taps)) {
            SymbolicTensor index = to.expand(to.unsqueeze(tap.index(), 1), shape);
            SymbolicTensor value =
                    call.graph()
                            .node(
                                    "GatherElements",
                                    x.type(),
                                    shape,
                                    List.of(image, index),
                                    Attributes.of("axis", 2L));
            SymbolicTensor weighted =
                    tap.weight().map(w -> to.mul(value, to.unsqueeze(w, 1))).orElse(value);
            sum = sum == null ? weighted : to.add(sum, weighted);
        }
        return sum;
    }

    /** Each combination of an element of every axis, counted through the whole image. */
    private static List<SampledAxis.Tap> corners(
            Primitives to, List<Dim> lengths, List<List<SampledAxis.Tap>> taps) {
        List<SampledAxis.Tap> corners = taps.get(0);
        for (int i = 1; i < taps.size(); i++) {
            List<SampledAxis.Tap> more = new ArrayList<>();
            for (SampledAxis.Tap a : corners) {
                for (SampledAxis.Tap b : taps.get(i)) {
                    SymbolicTensor index =
                            to.add(to.mul(a.index(), lengths.get(i).value()), b.index());
                    more.add(new SampledAxis.Tap(index, product(to, a.weight(), b.weight())));
                }
            }
            corners = more;
        }
        return corners;
    }

    private static Optional<SymbolicTensor> product(
            Primitives to, Optional<SymbolicTensor> a, Optional<SymbolicTensor> b) {
        return a.isPresent() && b.isPresent()
                ? Optional.of(to.mul(a.get(), b.get()))
                : a.or(() -> b);
    }

    /** The points {@code theta (x, y, 1)} of a grid of an image, x and y from -1 to 1. */
    static SymbolicTensor affineGrid(OperatorCall call) {
        SymbolicTensor theta = call.tensor("theta");
        List<Dim> size = call.dims("size");
        List<Dim> lengths = size.subList(2, size.size());
        boolean corners = call.truth("align_corners");
        Primitives to = call.primitives();
        SymbolicTensor points = null;
        for (int i = 0; i < lengths.size(); i++) {
            // (…, length, 1, …) times the column of theta that stands for this axis.
            List<Dim> shape = new ArrayList<>(Collections.nCopies(lengths.size(), Dim.ONE));
            shape.set(i, lengths.get(i));
            shape.add(Dim.ONE);
            SymbolicTensor line =
                    to.cast(
                            to.reshape(places(lengths.get(i).value(), corners), shape),
                            theta.type());
            SymbolicTensor part = to.mul(line, column(to, theta, lengths.size() - 1 - i));
            points = points == null ? part : to.add(points, part);
        }
        return to.add(points, column(to, theta, lengths.size()));
    }

    /** A column of each matrix, of shape (N, 1, …, 1, rows). */
    private static SymbolicTensor column(Primitives to, SymbolicTensor theta, int index) {
        List<Dim> shape = new ArrayList<>(List.of(theta.dim(0)));
        for (int i = 1; i < theta.dim(2).value(); i++) {
            shape.add(Dim.ONE);
        }
        shape.add(theta.dim(1));
        return to.reshape(to.select(theta, 2, Dim.of(index)), shape);
    }

    private static SymbolicTensor places(long length, boolean corners) {
        List<Value.Scalar> places = new ArrayList<>();
        double end = length == 1 ? 0 : corners ? 1 : (length - 1.0) / length;
        for (long i = 0; i < length; i++) {
            double place = length == 1 ? 0 : 2.0 * i / (length - 1) - 1;
            places.add(new Value.Real(place * end));
        }
        return SymbolicTensor.of(ElementType.FLOAT32, List.of(Dim.of(length)), places);
    }
}
