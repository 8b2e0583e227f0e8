package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;

/** Activation functions. Stateless. */
final class Activations {

    private Activations() {}

    /** An ONNX operator on numbers with fractions. */
    static SymbolicTensor unary(OperatorCall call, String operator) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        return to.unary(operator, to.cast(x, Promotion.floating(x.type())));
    }

    static SymbolicTensor relu(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        if (x.type().isFloating()) {
            return call.primitives().unary("Relu", x);
        }
        return call.primitives().binary("Max", x, call.primitives().number(0, x));
    }

    static SymbolicTensor clip(OperatorCall call, double low, double high) {
        SymbolicTensor x = call.tensor("self");
        List<SymbolicTensor> inputs = new ArrayList<>();
        inputs.add(x);
        inputs.add(low == Double.NEGATIVE_INFINITY ? null : call.primitives().number(low, x));
        inputs.add(high == Double.POSITIVE_INFINITY ? null : call.primitives().number(high, x));
        return call.graph().node("Clip", x.type(), x.shape(), inputs);
    }

    static SymbolicTensor hardtanh(OperatorCall call) {
        return clip(call, call.real("min_val"), call.real("max_val"));
    }

    static SymbolicTensor gelu(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor half = to.mul(x, 0.5);
        if (call.text("approximate").equals("tanh")) {
            SymbolicTensor cube = to.mul(to.mul(x, x), x);
            SymbolicTensor inner =
                    to.mul(to.add(x, to.mul(cube, 0.044715)), Math.sqrt(2 / Math.PI));
            return to.mul(half, to.add(to.unary("Tanh", inner), 1));
        }
        SymbolicTensor erf = to.unary("Erf", to.div(x, to.number(Math.sqrt(2), x)));
        return to.mul(half, to.add(erf, 1));
    }

    static SymbolicTensor softmax(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        ElementType type = call.type("dtype").orElse(Promotion.floating(x.type()));
        return softmax(call, call.primitives().cast(x, type), "Softmax");
    }

    private static SymbolicTensor softmax(OperatorCall call, SymbolicTensor x, String operator) {
        return call.graph()
                .node(
                        operator,
                        x.type(),
                        x.shape(),
                        List.of(x),
                        Attributes.of("axis", (long) call.axis("dim", x.rank())));
    }
}
