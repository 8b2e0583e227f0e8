package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;

/** Operators that take windows out of a tensor, and put them back. Stateless. */
final class Windows {

    private Windows() {}

    /** Windows of an axis, with their elements in a last axis of their own. */
    static Value unfold(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int axis = call.axis("dimension", x.get().rank());
        long size = call.integer("size");
        long step = call.integer("step");
        if (x.get().rank() == 0) {
            throw call.unsupported("takes windows of a tensor without axes");
        }
        long count = (x.get().dim(axis).value() - size) / step + 1;
        SymbolicTensor index = grid(call, count, step, size, 1);
        List<Integer> order = new ArrayList<>(Shapes.leading(axis + 1));
        for (int i = axis + 2; i <= x.get().rank(); i++) {
            order.add(i);
        }
        order.add(axis + 1);
        return Views.readOnly(
                x,
                "unfold",
                tensor ->
                        call.primitives()
                                .permute(Gathers.gather(call, tensor, index, axis), order));
    }

    /** The numbers {@code i * rowStep + j * columnStep}. */
    private static SymbolicTensor grid(
            OperatorCall call, long rows, long rowStep, long columns, long columnStep) {
        call.checkLength(Math.multiplyExact(rows, columns));
        List<Value.Int> numbers = new ArrayList<>();
        for (long i = 0; i < rows; i++) {
            for (long j = 0; j < columns; j++) {
                numbers.add(Value.Int.of(i * rowStep + j * columnStep));
            }
        }
        return SymbolicTensor.of(
                ElementType.INT64, List.of(Dim.of(rows), Dim.of(columns)), numbers);
    }

    /** Kernels, dilations, paddings and strides of both axes of an image. */
    private record Kernel(
            List<Long> size, List<Long> dilation, List<Long> padding, List<Long> stride) {

        static Kernel of(OperatorCall call) {
            return new Kernel(
                    call.longs("kernel_size", 2),
                    call.longs("dilation", 2),
                    call.longs("padding", 2),
                    call.longs("stride", 2));
        }

        /** How often the kernel fits. */
        long count(int axis, long length) {
            long reach = dilation.get(axis) * (size.get(axis) - 1) + 1;
            return (length + 2 * padding.get(axis) - reach) / stride.get(axis) + 1;
        }
    }

    /** Rows and columns of the windows are looked up, first the rows, then the columns. */
    static SymbolicTensor im2col(OperatorCall call) {
        SymbolicTensor image = call.tensor("self");
        Primitives to = call.primitives();
        Kernel kernel = Kernel.of(call);
        SymbolicTensor x = image.rank() == 3 ? to.unsqueeze(image, 0) : image;
        long rows = kernel.count(0, x.dim(2).value());
        long columns = kernel.count(1, x.dim(3).value());
        SymbolicTensor padded = padded(call, x, kernel.padding());
        SymbolicTensor ofRows = Gathers.gather(call, padded, index(call, kernel, 0, rows), 2);
        SymbolicTensor windows = Gathers.gather(call, ofRows, index(call, kernel, 1, columns), 4);
        long area = kernel.size().get(0) * kernel.size().get(1);
        SymbolicTensor result =
                to.reshape(
                        to.permute(windows, List.of(0, 1, 2, 4, 3, 5)),
                        List.of(x.dim(0), x.dim(1).times(Dim.of(area)), Dim.of(rows * columns)));
        return image.rank() == 3 ? to.squeeze(result, 0) : result;
    }

    private static SymbolicTensor index(OperatorCall call, Kernel kernel, int axis, long count) {
        return grid(
                call,
                kernel.size().get(axis),
                kernel.dilation().get(axis),
                count,
                kernel.stride().get(axis));
    }

    private static SymbolicTensor padded(OperatorCall call, SymbolicTensor x, List<Long> padding) {
        long top = padding.get(0);
        long left = padding.get(1);
        if (top == 0 && left == 0) {
            return x;
        }
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.set(2, x.dim(2).plus(Dim.of(2 * top)));
        shape.set(3, x.dim(3).plus(Dim.of(2 * left)));
        return call.graph()
                .node(
                        "Pad",
                        x.type(),
                        shape,
                        List.of(x, call.graph().longs(0, 0, top, left, 0, 0, top, left)));
    }

    /**
     * Adds windows up where they overlap: a transposed convolution of each channel, whose kernel
     * puts each element of a window in its place.
     */
    static SymbolicTensor col2im(OperatorCall call) {
        SymbolicTensor columns = call.tensor("self");
        Primitives to = call.primitives();
        Kernel kernel = Kernel.of(call);
        List<Long> size = call.longs("output_size", 2);
        SymbolicTensor x = columns.rank() == 2 ? to.unsqueeze(columns, 0) : columns;
        int area = Math.toIntExact(kernel.size().get(0) * kernel.size().get(1));
        long channels = x.dim(1).value() / area;
        List<Dim> spread =
                List.of(
                        x.dim(0),
                        x.dim(1),
                        Dim.of(kernel.count(0, size.get(0))),
                        Dim.of(kernel.count(1, size.get(1))));
        List<Long> rest = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            long covered =
                    (spread.get(i + 2).value() - 1) * kernel.stride().get(i)
                            - 2 * kernel.padding().get(i)
                            + kernel.dilation().get(i) * (kernel.size().get(i) - 1)
                            + 1;
            rest.add(size.get(i) - covered);
        }
        List<Long> padding = new ArrayList<>(kernel.padding());
        padding.addAll(kernel.padding());
        SymbolicTensor image =
                call.graph()
                        .node(
                                "ConvTranspose",
                                x.type(),
                                List.of(
                                        x.dim(0),
                                        Dim.of(channels),
                                        Dim.of(size.get(0)),
                                        Dim.of(size.get(1))),
                                List.of(to.reshape(x, spread), places(call, x, kernel, channels)),
                                Attributes.of("group", channels),
                                Attributes.of("kernel_shape", kernel.size()),
                                Attributes.of("strides", kernel.stride()),
                                Attributes.of("dilations", kernel.dilation()),
                                Attributes.of("pads", padding),
                                Attributes.of("output_padding", rest));
        return columns.rank() == 2 ? to.squeeze(image, 0) : image;
    }

    /** For each element of a window of each channel a kernel with a one in its place. */
    private static SymbolicTensor places(
            OperatorCall call, SymbolicTensor like, Kernel kernel, long channels) {
        long area = kernel.size().get(0) * kernel.size().get(1);
        call.checkLength(Math.multiplyExact(area, area));
        SymbolicTensor ones = Diagonals.mask(area, area, Long::equals);
        SymbolicTensor kernels =
                call.primitives()
                        .reshape(
                                call.primitives().cast(ones, like.type()),
                                List.of(
                                        Dim.of(area),
                                        Dim.ONE,
                                        Dim.of(kernel.size().get(0)),
                                        Dim.of(kernel.size().get(1))));
        return call.graph()
                .node(
                        "Tile",
                        like.type(),
                        List.of(
                                Dim.of(area * channels),
                                Dim.ONE,
                                Dim.of(kernel.size().get(0)),
                                Dim.of(kernel.size().get(1))),
                        List.of(kernels, call.graph().longs(channels, 1, 1, 1)));
    }

    /**
     * Elements by their place in the storage, of an input: it alone is sure to lie there in order.
     * An axis of the batch must step from one image to the next.
     */
    static Value asStrided(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        if (!call.graph().isInput(x.get())) {
            throw call.unsupported("of what is no input depends on how it lies in memory");
        }
        List<Dim> size = call.dims("size");
        List<Long> strides = call.longs("stride");
        long start = call.has("storage_offset") ? call.integer("storage_offset") : 0;
        Dim count = x.get().count();
        boolean batches =
                !size.isEmpty()
                        && size.get(0).equals(x.get().dim(0))
                        && count.equals(size.get(0).times(Dim.of(strides.get(0))));
        List<Dim> rows = batches ? List.of(size.get(0), Dim.of(strides.get(0))) : List.of(count);
        int axis = batches ? 1 : 0;
        List<Value.Int> places = new ArrayList<>(List.of(Value.Int.of(start)));
        for (int i = axis; i < size.size(); i++) {
            List<Value.Int> more = new ArrayList<>();
            for (Value.Int place : places) {
                for (long j = 0; j < size.get(i).value(); j++) {
                    more.add(Value.Int.of(place.whole().value() + j * strides.get(i)));
                }
            }
            places = more;
        }
        for (Value.Int place : places) {
            if (place.whole().compareTo(rows.get(axis)) >= 0) {
                throw call.unsupported("reaches from one image of the batch into the next");
            }
        }
        SymbolicTensor index =
                SymbolicTensor.of(ElementType.INT64, size.subList(axis, size.size()), places);
        return Views.readOnly(
                x,
                "as_strided",
                tensor ->
                        Gathers.gather(call, call.primitives().reshape(tensor, rows), index, axis));
    }
}
