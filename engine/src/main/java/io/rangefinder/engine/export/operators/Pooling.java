package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.graph.GraphBuilder.Output;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pooling with a window of one, two or three axes. Rounding up (ceil_mode) is written as padding
 * behind the end, since ONNX and PyTorch count differently there. Stateless.
 */
final class Pooling {

    private Pooling() {}

    private static Window window(OperatorCall call, SymbolicTensor x, int axes) {
        List<Long> kernel = call.longs("kernel_size", axes);
        List<Long> padding = call.longs("padding", axes);
        Window window =
                new Window(
                        kernel,
                        call.longs("stride").isEmpty() ? kernel : call.longs("stride", axes),
                        padding,
                        padding,
                        call.has("dilation")
                                ? call.longs("dilation", axes)
                                : Collections.nCopies(axes, 1L));
        return call.truth("ceil_mode") ? window.roundedUp(Images.lengths(x, axes)) : window;
    }

    static SymbolicTensor max(OperatorCall call, int axes) {
        requireFractions(call);
        return Images.batched(
                call.primitives(),
                call.tensor("self"),
                axes,
                x -> max(call, x, window(call, x, axes)));
    }

    private static void requireFractions(OperatorCall call) {
        if (!call.tensor("self").type().isFloating()) {
            throw call.unsupported("pools whole numbers");
        }
    }

    static SymbolicTensor max(OperatorCall call, SymbolicTensor x, Window window) {
        boolean fits = window.isLessPaddedThanItSees();
        SymbolicTensor image =
                fits
                        ? x
                        : Padding.constant(
                                call, x, window.before(), window.after(), Double.NEGATIVE_INFINITY);
        Window inside = fits ? window : window.unpadded();
        return call.graph()
                .node(
                        "MaxPool",
                        x.type(),
                        Images.resized(x, inside.places(Images.lengths(image, axes(window)))),
                        List.of(image),
                        maxAttributes(inside));
    }

    private static int axes(Window window) {
        return window.kernel().size();
    }

    private static AttributeProto[] maxAttributes(Window window) {
        return window.attributes(Attributes.of("dilations", window.dilation()));
    }

    static Value maxWithIndices(OperatorCall call, int axes) {
        SymbolicTensor x = call.tensor("self");
        Window window = window(call, x, axes);
        if (!window.isLessPaddedThanItSees()) {
            throw call.unsupported("pads more than its window sees");
        }
        return OperatorCall.results(
                max(call, axes),
                Images.batched(call.primitives(), x, axes, image -> indices(call, image, window)));
    }

    /**
     * Where in the image of one channel the greatest elements are. ONNX counts through all images.
     * TensorRT can't make indices, so that a node of its own does, which is left out if nothing
     * reads it.
     */
    static SymbolicTensor indices(OperatorCall call, SymbolicTensor x, Window window) {
        List<Dim> lengths = Images.lengths(x, axes(window));
        List<Dim> shape = Images.resized(x, window.places(lengths));
        SymbolicTensor indices =
                call.graph()
                        .nodes(
                                "MaxPool",
                                List.of(
                                        new Output(x.type(), shape),
                                        new Output(ElementType.INT64, shape)),
                                List.of(x),
                                maxAttributes(window))
                        .get(1);
        double size = SymbolicTensor.count(lengths).value();
        Primitives to = call.primitives();
        return to.binary("Mod", indices, to.number(size, indices));
    }

    /**
     * The mean of what the window sees. What PyTorch pads counts or does not; what is added to
     * round up never counts.
     */
    static SymbolicTensor average(OperatorCall call, int axes) {
        requireFractions(call);
        Primitives to = call.primitives();
        return Images.batched(
                to, call.tensor("self"), axes, x -> average(call, x, window(call, x, axes)));
    }

    private static SymbolicTensor average(OperatorCall call, SymbolicTensor x, Window window) {
        Primitives to = call.primitives();
        if (call.has("divisor_override")) {
            long cells = window.kernel().stream().reduce(1L, Math::multiplyExact);
            return to.mul(
                    average(call, x, window, true),
                    cells / (double) call.integer("divisor_override"));
        }
        boolean counted = call.truth("count_include_pad");
        if (!counted || window.before().equals(window.after())) {
            return average(call, x, window, counted);
        }
        List<Long> padding = window.before();
        SymbolicTensor padded = Padding.constant(call, x, padding, padding, 0);
        List<Long> none = window.unpadded().before();
        List<Long> more =
                IntStream.range(0, padding.size())
                        .mapToObj(i -> window.after().get(i) - padding.get(i))
                        .toList();
        return average(call, padded, window.with(none, more), false);
    }

    static SymbolicTensor average(
            OperatorCall call, SymbolicTensor x, Window window, boolean counted) {
        return call.graph()
                .node(
                        "AveragePool",
                        x.type(),
                        Images.resized(x, window.places(Images.lengths(x, axes(window)))),
                        List.of(x),
                        window.attributes(Attributes.of("count_include_pad", counted ? 1L : 0L)));
    }
}
