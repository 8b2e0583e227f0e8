package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.List;
import java.util.stream.IntStream;

/** Normalizations. Stateless. */
final class Normalizations {

    private static final int OPSET_OF_LAYER_NORM = 17;

    private Normalizations() {}

    static SymbolicTensor batchNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        if (call.truth("training") || !call.has("running_mean")) {
            throw call.unsupported("takes its statistics from the input");
        }
        List<Dim> channels = List.of(x.dim(1));
        return call.graph()
                .node(
                        "BatchNormalization",
                        x.type(),
                        x.shape(),
                        List.of(
                                x,
                                call.optTensor("weight").orElse(filled(x, channels, 1)),
                                call.optTensor("bias").orElse(filled(x, channels, 0)),
                                call.tensor("running_mean"),
                                call.tensor("running_var")),
                        Attributes.of("epsilon", call.real("eps")));
    }

    static SymbolicTensor filled(SymbolicTensor like, List<Dim> shape, double value) {
        return new SymbolicTensor(like.type(), shape, new Source.Filled(new Value.Real(value)));
    }

    static SymbolicTensor layerNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        Primitives to = call.primitives();
        List<Dim> shape = call.dims("normalized_shape");
        int from = x.rank() - shape.size();
        if (call.graph().opset() >= OPSET_OF_LAYER_NORM) {
            java.util.ArrayList<SymbolicTensor> inputs = new java.util.ArrayList<>();
            inputs.add(x);
            inputs.add(call.optTensor("weight").orElse(filled(x, shape, 1)));
            call.optTensor("bias").ifPresent(inputs::add);
            return call.graph()
                    .node(
                            "LayerNormalization",
                            x.type(),
                            x.shape(),
                            inputs,
                            Attributes.of("axis", (long) from),
                            Attributes.of("epsilon", call.real("eps")));
        }
        List<Integer> axes = IntStream.range(from, x.rank()).boxed().toList();
        SymbolicTensor centred = to.sub(x, to.reduce("ReduceMean", x, axes, true));
        SymbolicTensor variance = to.reduce("ReduceMean", to.mul(centred, centred), axes, true);
        SymbolicTensor result =
                to.div(centred, to.unary("Sqrt", to.add(variance, call.real("eps"))));
        if (call.has("weight")) {
            result = to.mul(result, call.tensor("weight"));
        }
        return call.has("bias") ? to.add(result, call.tensor("bias")) : result;
    }
}
