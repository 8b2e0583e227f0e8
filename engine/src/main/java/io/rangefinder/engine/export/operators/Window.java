package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How the window of a convolution or a pooling moves over an image, a number for each axis.
 *
 * @param kernel how many elements it sees
 * @param stride how far it moves
 * @param before how many elements are added before the first
 * @param after and after the last
 * @param dilation the distance of the elements that it sees
 */
record Window(
        List<Long> kernel,
        List<Long> stride,
        List<Long> before,
        List<Long> after,
        List<Long> dilation) {

    /** The number of elements from the first to the last that it sees. */
    private long reach(int axis) {
        return dilation.get(axis) * (kernel.get(axis) - 1) + 1;
    }

    /** How many places it has along each axis. */
    List<Dim> places(List<Dim> lengths) {
        List<Dim> places = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            places.add(
                    lengths.get(i)
                            .plus(Dim.of(before.get(i) + after.get(i) - reach(i)))
                            .floorDividedBy(Dim.of(stride.get(i)))
                            .plus(Dim.ONE));
        }
        return places;
    }

    /** The lengths that have as many places as these: what a transposed convolution makes. */
    List<Dim> lengths(List<Dim> places, List<Long> more) {
        List<Dim> lengths = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            lengths.add(
                    places.get(i)
                            .minus(Dim.ONE)
                            .times(Dim.of(stride.get(i)))
                            .plus(Dim.of(reach(i) - before.get(i) - after.get(i) + more.get(i))));
        }
        return lengths;
    }

    /**
     * The window with as much added after the end that the last elements are seen, too; but it
     * never starts behind the image and what was added before, as PyTorch has it ({@code
     * pooling_output_shape} in {@code aten/src/ATen/native/Pool.h}). ONNX's own {@code ceil_mode}
     * says nothing of that.
     */
    Window roundedUp(List<Dim> lengths) {
        List<Long> end = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            long length = lengths.get(i).value();
            long free = length + before.get(i) + after.get(i) - reach(i);
            long last = -Math.floorDiv(-free, stride.get(i)) * stride.get(i);
            if (last >= length + before.get(i)) {
                last -= stride.get(i);
            }
            end.add(Math.max(after.get(i), last + reach(i) - length - before.get(i)));
        }
        return new Window(kernel, stride, before, end, dilation);
    }

    /** Whether what is added is less than what the window sees, as ONNX Runtime wants it. */
    boolean isLessPaddedThanItSees() {
        for (int i = 0; i < kernel.size(); i++) {
            if (Math.max(before.get(i), after.get(i)) >= kernel.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** The window on an image to which something was added already. */
    Window with(List<Long> newBefore, List<Long> newAfter) {
        return new Window(kernel, stride, newBefore, newAfter, dilation);
    }

    /** The window on an image to which everything was added already. */
    Window unpadded() {
        List<Long> none = Collections.nCopies(kernel.size(), 0L);
        return with(none, none);
    }

    /** ONNX's attributes but for {@code dilations}, and others. */
    AttributeProto[] attributes(AttributeProto... others) {
        List<Long> pads = new ArrayList<>(before);
        pads.addAll(after);
        List<AttributeProto> all = new ArrayList<>(List.of(others));
        all.add(Attributes.of("kernel_shape", kernel));
        all.add(Attributes.of("pads", pads));
        all.add(Attributes.of("strides", stride));
        return all.toArray(AttributeProto[]::new);
    }
}
