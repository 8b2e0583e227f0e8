package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Discrete Fourier transforms, each a product with a constant matrix: ONNX has no operator for them
 * before opset 17, and TensorRT none at all. Stateless.
 */
final class Fourier {

    /** Numbers of a matrix: 32 MB, that of 2048 real numbers. */
    private static final long MAX_MATRIX = 1L << 23;

    private Fourier() {}

    /** What is transformed into what. */
    private enum Kind {
        /** Complex numbers, or real ones, into as many complex ones. */
        FULL,
        /** Real numbers into the first half of complex ones, whose second half mirrors it. */
        TO_HALF,
        /** Back from that half to real numbers. */
        FROM_HALF
    }

    /**
     * A transform.
     *
     * @param sign of the angles: -1 in PyTorch's forward transforms
     * @param forward whether its norm is that of the forward transforms
     */
    private record Transform(Kind kind, int sign, boolean forward) {}

    private static final Transform FORWARD = new Transform(Kind.FULL, -1, true);

    private static final Transform BACKWARD = new Transform(Kind.FULL, 1, false);

    private static final Map<String, Transform> REAL =
            Map.of(
                    "fft_fft", FORWARD,
                    "fft_ifft", BACKWARD,
                    "fft_rfft", new Transform(Kind.TO_HALF, -1, true),
                    "fft_ihfft", new Transform(Kind.TO_HALF, 1, false),
                    "fft_irfft", new Transform(Kind.FROM_HALF, 1, false),
                    "fft_hfft", new Transform(Kind.FROM_HALF, -1, true));

    /** The transforms, of real tensors and of complex ones. */
    static Map<String, Operator> operators() {
        Map<String, Operator> operators = new LinkedHashMap<>();
        REAL.forEach(
                (name, transform) -> {
                    operators.put(name, call -> OperatorCall.result(one(call, transform)));
                    Operator several = call -> OperatorCall.result(several(call, transform));
                    operators.put(name + "2", several);
                    operators.put(name + "n", several);
                });
        operators.put("fft_fftshift", call -> shifted(call, false));
        operators.put("fft_ifftshift", call -> shifted(call, true));
        return operators;
    }

    /** Those that take complex tensors. */
    static Map<String, Operator> complex() {
        Map<String, Operator> operators = operators();
        operators.keySet().removeIf(name -> name.matches("fft_(rfft|ihfft)[2n]?"));
        return operators;
    }

    private static SymbolicTensor one(OperatorCall call, Transform transform) {
        SymbolicTensor x = call.tensor("self");
        Optional<Dim> length = call.has("n") ? Optional.of(call.dim("n")) : Optional.empty();
        return along(call, x, transform, call.axis("dim", x.rank()), length);
    }

    private static SymbolicTensor several(OperatorCall call, Transform transform) {
        SymbolicTensor x = call.tensor("self");
        List<Dim> lengths = call.has("s") ? call.dims("s") : List.of();
        List<Integer> axes = new ArrayList<>();
        if (call.has("dim")) {
            call.longs("dim").forEach(a -> axes.add(call.axis(a, x.rank())));
        } else {
            int count = call.has("s") ? lengths.size() : x.rank();
            for (int i = x.rank() - count; i < x.rank(); i++) {
                axes.add(i);
            }
        }
        if (axes.isEmpty() || (!lengths.isEmpty() && lengths.size() != axes.size())) {
            throw call.unsupported("has " + lengths.size() + " lengths for " + axes.size());
        }
        int last = axes.size() - 1;
        // Real numbers are those of the last axis: of a forward transform the first to be done.
        boolean first = transform.kind() != Kind.FROM_HALF;
        Transform others = new Transform(Kind.FULL, transform.sign(), transform.forward());
        SymbolicTensor result =
                first ? along(call, x, transform, axes.get(last), at(lengths, last)) : x;
        for (int i = last - 1; i >= 0; i--) {
            result = along(call, result, others, axes.get(i), at(lengths, i));
        }
        return first ? result : along(call, result, transform, axes.get(last), at(lengths, last));
    }

    private static Optional<Dim> at(List<Dim> lengths, int i) {
        return lengths.isEmpty() || lengths.get(i).is(-1)
                ? Optional.empty()
                : Optional.of(lengths.get(i));
    }

    /** Along one axis, which is cut or filled up with zeros to a length. */
    private static SymbolicTensor along(
            OperatorCall call,
            SymbolicTensor given,
            Transform transform,
            int axis,
            Optional<Dim> wanted) {
        Primitives to = call.primitives();
        ElementType floating =
                given.type().isComplex() ? given.type() : Promotion.floating(given.type());
        boolean half = transform.kind() == Kind.FROM_HALF;
        SymbolicTensor x = ComplexTensors.convert(to, given, half ? floating.complex() : floating);
        long there = x.dim(axis).value();
        long n = wanted.map(Dim::value).orElse(half ? 2 * (there - 1) : there);
        if (n < 1 || there < 1) {
            throw call.unsupported("transforms " + Math.min(n, there) + " numbers");
        }
        long taken = Math.min(there, half ? n / 2 + 1 : n);
        long made = transform.kind() == Kind.TO_HALF ? n / 2 + 1 : n;
        boolean complex = x.type().isComplex();
        int parts = complex ? 2 : 1;
        int partsMade = half ? 1 : 2;
        SymbolicTensor rows = complex ? x.realView() : x;
        rows = to.slice(rows, axis, Dim.ZERO, Dim.of(taken), 1);
        rows = moved(to, rows, axis, x.rank() - 1);
        List<Dim> before = rows.shape().subList(0, x.rank() - 1);
        rows = to.reshape(rows, with(before, Dim.of(taken * parts)));
        checkSize(call, n, Math.multiplyExact(taken * parts, made * partsMade));
        double[] matrix =
                matrix(
                        transform,
                        n,
                        (int) taken,
                        parts,
                        (int) made,
                        partsMade,
                        norm(call, transform, n));
        SymbolicTensor columns =
                call.graph()
                        .transform(
                                rows.type(),
                                List.of(Dim.of(taken * parts), Dim.of(made * partsMade)),
                                matrix);
        SymbolicTensor product = to.matmul(rows, columns);
        if (half) {
            return moved(to, product, x.rank() - 1, axis);
        }
        List<Dim> apart = with(before, Dim.of(made));
        apart.add(Dim.of(2));
        return moved(to, to.reshape(product, apart), x.rank() - 1, axis).complexView();
    }

    /** Refuses matrices that would take too much memory. */
    static void checkSize(OperatorCall call, long n, long numbers) {
        if (numbers > MAX_MATRIX) {
            throw call.unsupported(
                    "transforms "
                            + n
                            + " numbers, which takes a matrix of "
                            + numbers
                            + "; at most "
                            + MAX_MATRIX
                            + " are written");
        }
    }

    private static List<Dim> with(List<Dim> shape, Dim last) {
        List<Dim> more = new ArrayList<>(shape);
        more.add(last);
        return more;
    }

    /** The tensor with one axis elsewhere. */
    private static SymbolicTensor moved(Primitives to, SymbolicTensor x, int from, int at) {
        List<Integer> order = Shapes.leading(x.rank());
        order.add(at, order.remove(from));
        return to.permute(x, order);
    }

    private static double norm(OperatorCall call, Transform transform, long n) {
        String norm = call.has("norm") ? call.text("norm") : "backward";
        return switch (norm) {
            case "ortho" -> 1 / Math.sqrt(n);
            case "forward" -> transform.forward() ? 1.0 / n : 1;
            default -> transform.forward() ? 1 : 1.0 / n;
        };
    }

    /**
     * What a number's parts add to the parts of each result: {@code exp(i angle)} times the number.
     */
    private static double[] matrix(
            Transform transform,
            long n,
            int rows,
            int parts,
            int columns,
            int partsMade,
            double scale) {
        double[][] circle = circle(n, transform.sign());
        double[] matrix = new double[rows * parts * columns * partsMade];
        int at = 0;
        for (long row = 0; row < rows; row++) {
            // What mirrors it adds the same real part once more.
            boolean alone = row == 0 || 2 * row == n;
            double times = scale * (transform.kind() == Kind.FROM_HALF && !alone ? 2 : 1);
            for (int part = 0; part < parts; part++) {
                for (long column = 0; column < columns; column++) {
                    double[] point = circle[(int) (row * column % n)];
                    matrix[at++] = times * (part == 0 ? point[0] : -point[1]);
                    if (partsMade == 2) {
                        matrix[at++] = times * (part == 0 ? point[1] : point[0]);
                    }
                }
            }
        }
        return matrix;
    }

    /** Cosine and sine of the angles of n equal steps. */
    static double[][] circle(long n, int sign) {
        double[][] circle = new double[Math.toIntExact(n)][2];
        for (int i = 0; i < n; i++) {
            double angle = sign * 2 * Math.PI * i / n;
            circle[i][0] = Math.cos(angle);
            circle[i][1] = Math.sin(angle);
        }
        return circle;
    }

    /** The middle to the front, or back. */
    private static Value shifted(OperatorCall call, boolean back) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor pair = x.type().isComplex() ? x.realView() : x;
        List<Value> axes = new ArrayList<>();
        List<Value> shifts = new ArrayList<>();
        for (int axis : call.axes("dim", x.rank())) {
            long length = x.dim(axis).value();
            axes.add(Value.Int.of(axis));
            shifts.add(Value.Int.of(back ? (length + 1) / 2 : length / 2));
        }
        Map<String, Value> arguments = new LinkedHashMap<>();
        arguments.put("self", OperatorCall.result(pair));
        arguments.put("shifts", new Value.ListOf(shifts));
        arguments.put("dims", new Value.ListOf(axes));
        SymbolicTensor rolled = axes.isEmpty() ? pair : Arrangements.roll(call.with(arguments));
        return OperatorCall.result(x.type().isComplex() ? rolled.complexView() : rolled);
    }

    /** The frequencies of a transform, those of the second half negative unless it is left out. */
    static SymbolicTensor frequencies(OperatorCall call, boolean half) {
        long n = call.integer("n");
        call.checkLength(n);
        double step = 1 / (n * call.real("d"));
        List<Value.Scalar> values = new ArrayList<>();
        for (long i = 0; i < (half ? n / 2 + 1 : n); i++) {
            values.add(new Value.Real((half || 2 * i < n ? i : i - n) * step));
        }
        ElementType type = call.type("dtype").orElse(ElementType.FLOAT32);
        return SymbolicTensor.of(
                type, List.of(Dim.of(values.size())), Scalars.convert(values, type));
    }
}
