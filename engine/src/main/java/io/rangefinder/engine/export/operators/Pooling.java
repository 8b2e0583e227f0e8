package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;

/** Pooling. Stateless. */
final class Pooling {

    private Pooling() {}

    static SymbolicTensor maxPool(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        int axes = 2;
        List<Long> kernel = call.longs("kernel_size", axes);
        List<Long> stride = call.longs("stride").isEmpty() ? kernel : call.longs("stride", axes);
        List<Long> padding = call.longs("padding", axes);
        List<Long> dilation = call.longs("dilation", axes);
        if (call.truth("ceil_mode")) {
            throw call.unsupported("rounds up (ceil_mode)");
        }
        List<Dim> shape = new ArrayList<>(x.shape().subList(0, x.rank() - axes));
        for (int i = 0; i < axes; i++) {
            long reach = dilation.get(i) * (kernel.get(i) - 1) + 1;
            shape.add(
                    x.dim(x.rank() - axes + i)
                            .plus(Dim.of(2 * padding.get(i) - reach))
                            .floorDividedBy(Dim.of(stride.get(i)))
                            .plus(Dim.ONE));
        }
        List<Long> pads = new ArrayList<>(padding);
        pads.addAll(padding);
        return call.graph()
                .node(
                        "MaxPool",
                        x.type(),
                        shape,
                        List.of(x),
                        Attributes.of("dilations", dilation),
                        Attributes.of("kernel_shape", kernel),
                        Attributes.of("pads", pads),
                        Attributes.of("strides", stride));
    }

    static SymbolicTensor adaptiveAveragePool(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        List<Long> size = call.longs("output_size", 2);
        if (!size.equals(List.of(1L, 1L))) {
            throw call.unsupported("pools to " + size);
        }
        List<Dim> shape = new ArrayList<>(x.shape().subList(0, x.rank() - 2));
        shape.addAll(List.of(Dim.ONE, Dim.ONE));
        return call.graph().node("GlobalAveragePool", x.type(), shape, List.of(x));
    }
}
