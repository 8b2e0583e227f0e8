package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Resizing of images. Stateless. */
final class Resizing {

    /** Of cubic convolution; Pillow's, which antialiasing follows, is another. */
    private static final double CUBIC = -0.75;

    private Resizing() {}

    static SymbolicTensor image(OperatorCall call) {
        return call.tensor(call.has("input") ? "input" : "self");
    }

    /** The axes behind the channels. One overload has a factor for each, the others a list. */
    static List<ResizedAxis> axes(OperatorCall call) {
        SymbolicTensor x = image(call);
        int count = x.rank() - 2;
        List<ResizedAxis> axes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long from = x.dim(i + 2).value();
            Optional<Double> factor = factor(call, i, count);
            axes.add(
                    new ResizedAxis(
                            from,
                            call.has("output_size")
                                    ? call.longs("output_size", count).get(i)
                                    : (long) Math.floor(from * factor.orElseThrow()),
                            factor));
        }
        return axes;
    }

    static Optional<Double> factor(OperatorCall call, int axis, int count) {
        if (call.has("scale_factors")) {
            return Optional.of(((Value.Scalar) call.list("scale_factors").get(axis)).real());
        }
        List<String> names = List.of("scales_d", "scales_h", "scales_w");
        String name = count == 1 ? "scales" : names.get(names.size() - count + axis);
        // PyTorch takes no notice of others.
        return call.has(name) ? Optional.of(call.real(name)).filter(f -> f > 0) : Optional.empty();
    }

    /** By {@code floor(i / factor)}, or if exact by {@code floor((i + 0.5) / factor)}. */
    static SymbolicTensor nearest(OperatorCall call, boolean exact) {
        if (OpenResizing.applies(call)) {
            return OpenResizing.of(call).nearest(call, nearest(exact));
        }
        List<ResizedAxis> axes = axes(call);
        if (axes.size() == 2 && !exact) {
            axes = axes.stream().map(ResizedAxis::withoutFactorIfKeptOrDoubled).toList();
        }
        SymbolicTensor x = image(call);
        boolean sure =
                x.type().isFloating()
                        && isKnownToOnnxRuntime(axes)
                        && axes.stream().allMatch(a -> a.isSureOfNearest(exact));
        if (sure) {
            return resize(call, axes, nearest(exact));
        }
        // On a limit between two elements arithmetic decides, and PyTorch's is to count.
        SymbolicTensor result = x;
        for (int i = 0; i < axes.size(); i++) {
            result = picked(call, result, i + 2, axes.get(i).nearest(exact));
        }
        return result;
    }

    private static AttributeProto[] nearest(boolean exact) {
        return new AttributeProto[] {
            Attributes.of("coordinate_transformation_mode", exact ? "half_pixel" : "asymmetric"),
            Attributes.of("mode", "nearest"),
            Attributes.of("nearest_mode", exact ? "round_prefer_ceil" : "floor")
        };
    }

    private static SymbolicTensor picked(
            OperatorCall call, SymbolicTensor x, int axis, List<Long> indices) {
        if (indices.equals(LongStream.range(0, x.dim(axis).value()).boxed().toList())) {
            return x;
        }
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.set(axis, Dim.of(indices.size()));
        return call.graph()
                .node(
                        "Gather",
                        x.type(),
                        shape,
                        List.of(x, call.graph().longs(indices)),
                        Attributes.of("axis", (long) axis));
    }

    static SymbolicTensor linear(OperatorCall call) {
        if (OpenResizing.applies(call)) {
            AttributeProto[] linear = between(call, Attributes.of("mode", "linear"));
            return OpenResizing.of(call).between(call, linear);
        }
        List<ResizedAxis> axes = axes(call).stream().map(ResizedAxis::withoutFactorIfKept).toList();
        return between(call, axes, Attributes.of("mode", "linear"));
    }

    static SymbolicTensor cubic(OperatorCall call) {
        AttributeProto[] mode = {
            Attributes.of("mode", "cubic"), Attributes.of("cubic_coeff_a", CUBIC)
        };
        return OpenResizing.applies(call)
                ? OpenResizing.of(call).between(call, between(call, mode))
                : between(call, axes(call), mode);
    }

    private static SymbolicTensor between(
            OperatorCall call, List<ResizedAxis> axes, AttributeProto... mode) {
        if (!image(call).type().isFloating()) {
            throw call.unsupported("resizes whole numbers");
        }
        // Between corners that are aligned the lengths tell all.
        return resize(
                call,
                call.truth("align_corners")
                        ? axes.stream().map(ResizedAxis::withoutFactor).toList()
                        : axes,
                between(call, mode));
    }

    private static AttributeProto[] between(OperatorCall call, AttributeProto... mode) {
        List<AttributeProto> attributes = new ArrayList<>(Arrays.asList(mode));
        attributes.add(
                Attributes.of(
                        "coordinate_transformation_mode",
                        call.truth("align_corners") ? "align_corners" : "half_pixel"));
        return attributes.toArray(AttributeProto[]::new);
    }

    /** Where no length changes, ONNX Runtime changes nothing, whatever the factors are. */
    private static boolean isKnownToOnnxRuntime(List<ResizedAxis> axes) {
        return axes.stream().anyMatch(a -> a.from() != a.to())
                || axes.stream().allMatch(ResizedAxis::isKept);
    }

    /** Told by scales, since lengths would have to tell the batch's, too. */
    private static SymbolicTensor resize(
            OperatorCall call, List<ResizedAxis> axes, AttributeProto... attributes) {
        SymbolicTensor x = image(call);
        if (axes.stream().allMatch(ResizedAxis::isKept)) {
            return x;
        }
        if (!isKnownToOnnxRuntime(axes)) {
            throw call.unsupported("has factors that change values but no length");
        }
        List<Value.Scalar> scales = new ArrayList<>(List.of(new Value.Real(1), new Value.Real(1)));
        axes.forEach(a -> scales.add(new Value.Real(a.scale())));
        List<SymbolicTensor> inputs = new ArrayList<>(Arrays.asList(x, null));
        inputs.add(SymbolicTensor.of(ElementType.FLOAT32, List.of(Dim.of(scales.size())), scales));
        List<Dim> lengths = axes.stream().map(a -> Dim.of(a.to())).toList();
        return call.graph()
                .node("Resize", x.type(), Images.resized(x, lengths), inputs, attributes);
    }
}
