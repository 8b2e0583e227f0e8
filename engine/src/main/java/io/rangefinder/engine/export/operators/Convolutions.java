package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Convolutions of one, two and three axes. Stateless. */
final class Convolutions {

    private Convolutions() {}

    /** How a convolution moves over an image, a number for each axis. */
    private record Window(
            List<Long> stride, List<Long> padding, List<Long> dilation, long groups) {}

    static SymbolicTensor conv(OperatorCall call) {
        int axes = call.tensor("weight").rank() - 2;
        if (call.value("padding") instanceof Value.Text) {
            throw call.unsupported("is padded by a word");
        }
        Window window =
                new Window(
                        call.longs("stride", axes),
                        call.longs("padding", axes),
                        call.longs("dilation", axes),
                        call.integer("groups"));
        return conv(call, window);
    }

    static SymbolicTensor convolution(OperatorCall call) {
        if (call.truth("transposed")) {
            throw call.unsupported("is transposed");
        }
        return conv(call);
    }

    private static SymbolicTensor conv(OperatorCall call, Window window) {
        SymbolicTensor x = call.tensor("input");
        SymbolicTensor weight = call.tensor("weight");
        Optional<SymbolicTensor> bias = call.optTensor("bias");
        int axes = weight.rank() - 2;
        boolean alone = x.rank() == axes + 1;
        SymbolicTensor batch = alone ? call.primitives().unsqueeze(x, 0) : x;
        List<Dim> shape = new ArrayList<>(List.of(batch.dim(0), weight.dim(0)));
        List<Long> kernel = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            long size = weight.dim(i + 2).value();
            kernel.add(size);
            long reach = window.dilation().get(i) * (size - 1) + 1;
            shape.add(
                    batch.dim(i + 2)
                            .plus(Dim.of(2 * window.padding().get(i) - reach))
                            .floorDividedBy(Dim.of(window.stride().get(i)))
                            .plus(Dim.ONE));
        }
        List<Long> pads = new ArrayList<>(window.padding());
        pads.addAll(window.padding());
        List<SymbolicTensor> inputs = new ArrayList<>(List.of(batch, weight));
        bias.ifPresent(inputs::add);
        SymbolicTensor result =
                call.graph()
                        .node(
                                "Conv",
                                x.type(),
                                shape,
                                inputs,
                                Attributes.of("dilations", window.dilation()),
                                Attributes.of("group", window.groups()),
                                Attributes.of("kernel_shape", kernel),
                                Attributes.of("pads", pads),
                                Attributes.of("strides", window.stride()));
        return alone ? call.primitives().squeeze(result, 0) : result;
    }
}
