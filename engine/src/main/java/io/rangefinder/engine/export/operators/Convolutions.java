package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Convolutions of one, two and three axes, and transposed ones. Stateless. */
final class Convolutions {

    private Convolutions() {}

    /** Whichever of both an argument says. */
    static SymbolicTensor convolution(OperatorCall call) {
        return call.truth("transposed") ? transposed(call) : conv(call);
    }

    static SymbolicTensor conv(OperatorCall call) {
        SymbolicTensor weight = call.tensor("weight");
        Window window = window(call, weight);
        return Images.batched(
                call.primitives(),
                call.tensor("input"),
                weight.rank() - 2,
                x -> conv(call, x, weight, window, call.integer("groups")));
    }

    private static SymbolicTensor conv(
            OperatorCall call, SymbolicTensor x, SymbolicTensor weight, Window window, long group) {
        // A trace may hold a number of groups that only the traced batch has.
        if (!x.dim(1).equalTo(weight.dim(1).times(Dim.of(group)))) {
            throw call.unsupported(
                    "has " + x.dim(1) + " channels for a weight of " + weight.shape());
        }
        List<Dim> shape = new ArrayList<>(List.of(x.dim(0), weight.dim(0)));
        shape.addAll(window.places(x.shape().subList(2, x.rank())));
        return call.graph()
                .node(
                        "Conv",
                        x.type(),
                        shape,
                        inputs(call, x, weight),
                        window.attributes(
                                Attributes.of("dilations", window.dilation()),
                                Attributes.of("group", group)));
    }

    private static List<SymbolicTensor> inputs(
            OperatorCall call, SymbolicTensor x, SymbolicTensor weight) {
        List<SymbolicTensor> inputs = new ArrayList<>(List.of(x, weight));
        call.optTensor("bias").ifPresent(inputs::add);
        return inputs;
    }

    private static Window window(OperatorCall call, SymbolicTensor weight) {
        int axes = weight.rank() - 2;
        List<Long> kernel =
                weight.shape().subList(2, weight.rank()).stream().map(Dim::value).toList();
        List<Long> stride = call.longs("stride", axes);
        List<Long> dilation = call.longs("dilation", axes);
        if (!(call.value("padding") instanceof Value.Text)) {
            List<Long> padding = call.longs("padding", axes);
            return new Window(kernel, stride, padding, padding, dilation);
        }
        List<Long> before = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        boolean same = call.text("padding").equals("same");
        for (int i = 0; i < axes; i++) {
            // What can't be halved goes to the end.
            long both = same ? dilation.get(i) * (kernel.get(i) - 1) : 0;
            before.add(both / 2);
            after.add(both - both / 2);
        }
        return new Window(kernel, stride, before, after, dilation);
    }

    /** Its weight has shape (channels in, channels out of a group, kernel…). */
    static SymbolicTensor transposed(OperatorCall call) {
        SymbolicTensor weight = call.tensor("weight");
        int axes = weight.rank() - 2;
        Window window = window(call, weight);
        List<Long> more = call.longs("output_padding", axes);
        long groups = call.integer("groups");
        return Images.batched(
                call.primitives(),
                call.tensor("input"),
                axes,
                x -> {
                    List<Dim> shape = new ArrayList<>();
                    shape.add(x.dim(0));
                    shape.add(weight.dim(1).times(Dim.of(groups)));
                    shape.addAll(window.lengths(Images.lengths(x, axes), more));
                    return call.graph()
                            .node(
                                    "ConvTranspose",
                                    x.type(),
                                    shape,
                                    inputs(call, x, weight),
                                    window.attributes(
                                            Attributes.of("dilations", window.dilation()),
                                            Attributes.of("group", groups),
                                            Attributes.of("output_padding", more)));
                });
    }

    /** Of shape (time, batch, channels), with a weight of shape (kernel, channels in, out). */
    static SymbolicTensor timeFirst(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor weight = to.permute(call.tensor("weight"), List.of(2, 1, 0));
        List<Long> one = List.of(1L);
        List<Long> padding = Collections.singletonList(call.integer("pad"));
        Window window = new Window(List.of(weight.dim(2).value()), one, padding, padding, one);
        SymbolicTensor x = to.permute(call.tensor("self"), List.of(1, 2, 0));
        return to.permute(conv(call, x, weight, window, 1), List.of(2, 0, 1));
    }
}
