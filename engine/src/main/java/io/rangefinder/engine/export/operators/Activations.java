package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Smooth activation functions, and those with a slope below zero. Stateless. */
final class Activations {

    /** Above it, {@code log(1 + exp(x))} is x in single precision. */
    private static final double EXACT_THRESHOLD = 20;

    private Activations() {}

    static SymbolicTensor leakyRelu(OperatorCall call) {
        return leaky(call, call.real("negative_slope"));
    }

    /** While not trained, its slope is the mean of those that it is trained with. */
    static SymbolicTensor rrelu(OperatorCall call) {
        if (call.truth("training")) {
            call.inTrainingMode("draws its slopes at random, of which the mean is taken");
        }
        return leaky(call, (call.real("lower") + call.real("upper")) / 2);
    }

    private static SymbolicTensor leaky(OperatorCall call, double slope) {
        return call.primitives()
                .unary("LeakyRelu", call.tensor("self"), Attributes.of("alpha", slope));
    }

    /** A slope for each index of axis 1, or one for all. */
    static SymbolicTensor prelu(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor slope = call.tensor("weight");
        int behind = Math.max(0, x.rank() - 2);
        List<Dim> shape = new ArrayList<>(Collections.nCopies(behind + 1, Dim.ONE));
        shape.set(0, slope.count());
        if (slope.count().is(1)) {
            shape = Collections.nCopies(Math.max(1, x.rank()), Dim.ONE);
        }
        if (x.rank() == 0) {
            throw call.unsupported("is of a tensor without axes");
        }
        SymbolicTensor slopes = call.primitives().reshape(slope, shape);
        return call.graph().node("PRelu", x.type(), x.shape(), List.of(x, slopes));
    }

    /** {@code scale * x} above zero, {@code scale * alpha * (exp(input_scale * x) - 1)} below. */
    static SymbolicTensor elu(OperatorCall call) {
        if (call.real("scale") != 1 || call.real("input_scale") != 1) {
            throw call.unsupported("has a scale");
        }
        return call.primitives()
                .unary("Elu", call.tensor("self"), Attributes.of("alpha", call.real("alpha")));
    }

    /** {@code max(0, x) + min(0, alpha * (exp(x / alpha) - 1))}. */
    static SymbolicTensor celu(OperatorCall call) {
        return call.primitives()
                .unary("Celu", call.tensor("self"), Attributes.of("alpha", call.real("alpha")));
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

    static SymbolicTensor silu(Primitives to, SymbolicTensor x) {
        return to.mul(x, to.unary("Sigmoid", x));
    }

    static SymbolicTensor mish(Primitives to, SymbolicTensor x) {
        return to.mul(x, to.unary("Tanh", to.unary("Softplus", x)));
    }

    /** {@code clip(x / 6 + 1 / 2, 0, 1)}. */
    static SymbolicTensor hardsigmoid(Primitives to, SymbolicTensor x) {
        return to.unary(
                "HardSigmoid", x, Attributes.of("alpha", 1.0 / 6), Attributes.of("beta", 0.5));
    }

    static SymbolicTensor hardswish(Primitives to, SymbolicTensor x) {
        return to.mul(x, hardsigmoid(to, x));
    }

    static SymbolicTensor logSigmoid(Primitives to, SymbolicTensor x) {
        return to.unary("Neg", to.unary("Softplus", to.unary("Neg", x)));
    }

    /** {@code log(1 + exp(beta x)) / beta}, and x where {@code beta x} is above the threshold. */
    static SymbolicTensor softplus(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        double beta = call.real("beta");
        double threshold = call.real("threshold");
        SymbolicTensor scaled = to.mul(x, beta);
        SymbolicTensor smooth = to.unary("Softplus", scaled);
        SymbolicTensor result = beta == 1 ? smooth : to.div(smooth, to.number(beta, x));
        if (threshold >= EXACT_THRESHOLD && beta > 0) {
            return result;
        }
        return to.where(to.compare("Greater", scaled, to.number(threshold, x)), x, result);
    }

    /** The first half of an axis times the sigmoid of the other. */
    static SymbolicTensor glu(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        int axis = call.axis("dim", x.rank());
        Dim half = x.dim(axis).floorDividedBy(Dim.of(2));
        Primitives to = call.primitives();
        SymbolicTensor gate = to.slice(x, axis, half, x.dim(axis), 1);
        return to.mul(to.slice(x, axis, Dim.ZERO, half, 1), to.unary("Sigmoid", gate));
    }

    /** {@code Softmax} or {@code LogSoftmax}. */
    static SymbolicTensor softmax(OperatorCall call, String operator) {
        SymbolicTensor x = call.tensor("self");
        ElementType type = call.type("dtype").orElse(Promotion.floating(x.type()));
        SymbolicTensor typed = call.primitives().cast(x, type);
        if (x.rank() == 1) {
            // TensorRT wants two axes.
            SymbolicTensor row = call.primitives().unsqueeze(typed, 0);
            return call.primitives().squeeze(softmax(call, operator, row, 1), 0);
        }
        return softmax(call, operator, typed, call.axis("dim", x.rank()));
    }

    private static SymbolicTensor softmax(
            OperatorCall call, String operator, SymbolicTensor x, int axis) {
        return call.graph()
                .node(
                        operator,
                        x.type(),
                        x.shape(),
                        List.of(x),
                        Attributes.of("axis", (long) axis));
    }
}
