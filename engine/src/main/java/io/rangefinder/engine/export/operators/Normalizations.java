package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Normalizations. Stateless. */
final class Normalizations {

    private static final int OPSET_OF_LAYER_NORM = 17;

    private Normalizations() {}

    static SymbolicTensor filled(SymbolicTensor like, List<Dim> shape, double value) {
        return new SymbolicTensor(like.type(), shape, new Source.Filled(new Value.Real(value)));
    }

    /** A parameter, or what changes nothing if it is not given. */
    private static SymbolicTensor parameter(
            OperatorCall call, String name, SymbolicTensor x, List<Dim> shape, double otherwise) {
        return call.optTensor(name).orElseGet(() -> filled(x, shape, otherwise));
    }

    static SymbolicTensor batchNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        if (call.has("running_mean")) {
            if (call.truth("training")) {
                throw call.unsupported(
                        "is in training mode; call model.eval() before the model is traced or"
                                + " scripted");
            }
            return byRunningStatistics(call, x);
        }
        List<Integer> axes = IntStream.range(0, x.rank()).filter(i -> i != 1).boxed().toList();
        return affineByChannel(call, Statistics.of(call, x, axes).standardized());
    }

    /** Such a norm has no use for the two other results, which are for training. */
    static Value nativeBatchNorm(OperatorCall call) {
        SymbolicTensor none = filled(call.tensor("input"), List.of(Dim.ZERO), 0);
        if (!call.has("running_mean")) {
            throw call.unsupported("takes its statistics from the input");
        }
        return OperatorCall.results(batchNorm(call), none, none);
    }

    private static SymbolicTensor byRunningStatistics(OperatorCall call, SymbolicTensor x) {
        if (x.rank() < 2) {
            throw call.unsupported("is of a tensor without channels");
        }
        List<Dim> channels = List.of(x.dim(1));
        for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
            List<Dim> given = call.optTensor(name).map(SymbolicTensor::shape).orElse(channels);
            if (!given.equals(channels)) {
                throw call.unsupported(
                        "has a " + name + " of shape " + given + " for " + x.dim(1) + " channels");
            }
        }
        return inOneType(
                call,
                "BatchNormalization",
                x,
                List.of(
                        parameter(call, "weight", x, channels, 1),
                        parameter(call, "bias", x, channels, 0),
                        call.tensor("running_mean"),
                        call.tensor("running_var")));
    }

    /**
     * PyTorch normalizes half-precision tensors by single-precision parameters, as autocast has
     * them, and gives halves; ONNX has one type for all.
     */
    private static SymbolicTensor inOneType(
            OperatorCall call, String operator, SymbolicTensor x, List<SymbolicTensor> parameters) {
        Primitives to = call.primitives();
        ElementType common = x.type();
        for (SymbolicTensor parameter : parameters) {
            common = common.promote(parameter.type());
        }
        List<SymbolicTensor> inputs = new ArrayList<>(List.of(to.cast(x, common)));
        for (SymbolicTensor parameter : parameters) {
            inputs.add(to.cast(parameter, common));
        }
        SymbolicTensor normalized =
                call.graph()
                        .node(
                                operator,
                                common,
                                x.shape(),
                                inputs,
                                Attributes.of("epsilon", call.real("eps")));
        return to.cast(normalized, x.type());
    }

    /** {@code weight x + bias}, each by channel. */
    private static SymbolicTensor affineByChannel(OperatorCall call, SymbolicTensor x) {
        List<Dim> shape = new ArrayList<>(List.of(x.dim(1)));
        IntStream.range(2, x.rank()).forEach(i -> shape.add(Dim.ONE));
        return affine(call, x, shape);
    }

    private static SymbolicTensor affine(OperatorCall call, SymbolicTensor x, List<Dim> shape) {
        Primitives to = call.primitives();
        SymbolicTensor result = x;
        if (call.has("weight")) {
            result = to.mul(result, to.reshape(call.tensor("weight"), shape));
        }
        if (call.has("bias")) {
            result = to.add(result, to.reshape(call.tensor("bias"), shape));
        }
        return to.cast(result, x.type());
    }

    static SymbolicTensor instanceNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        if (!call.truth("use_input_stats")) {
            return byRunningStatistics(call, x);
        }
        if (call.has("running_mean")) {
            call.inTrainingMode("takes its statistics from the input, which is kept");
        }
        List<Dim> channels = List.of(x.dim(1));
        return instanceNorm(
                call,
                x,
                parameter(call, "weight", x, channels, 1),
                parameter(call, "bias", x, channels, 0));
    }

    private static SymbolicTensor instanceNorm(
            OperatorCall call, SymbolicTensor x, SymbolicTensor weight, SymbolicTensor bias) {
        return inOneType(call, "InstanceNormalization", x, List.of(weight, bias));
    }

    /** A group of channels is normalized as one channel. */
    static SymbolicTensor groupNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        Primitives to = call.primitives();
        Dim groups = call.dim("num_groups");
        Dim each = SymbolicTensor.count(x.shape().subList(1, x.rank())).floorDividedBy(groups);
        SymbolicTensor grouped = to.reshape(x, List.of(x.dim(0), groups, each));
        SymbolicTensor normal =
                instanceNorm(
                        call,
                        grouped,
                        filled(x, List.of(groups), 1),
                        filled(x, List.of(groups), 0));
        return affineByChannel(call, to.reshape(normal, x.shape()));
    }

    static SymbolicTensor layerNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        List<Dim> shape = call.dims("normalized_shape");
        if (call.graph().opset() < OPSET_OF_LAYER_NORM) {
            return affine(call, statistics(call).standardized(), shape);
        }
        List<SymbolicTensor> inputs = new ArrayList<>();
        inputs.add(x);
        inputs.add(parameter(call, "weight", x, shape, 1));
        call.optTensor("bias").ifPresent(inputs::add);
        return call.graph()
                .node(
                        "LayerNormalization",
                        x.type(),
                        x.shape(),
                        inputs,
                        Attributes.of("axis", (long) x.rank() - shape.size()),
                        Attributes.of("epsilon", call.real("eps")));
    }

    private static Statistics statistics(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        return Statistics.of(call, x, normalizedAxes(call, x));
    }

    private static List<Integer> normalizedAxes(OperatorCall call, SymbolicTensor x) {
        int from = x.rank() - call.dims("normalized_shape").size();
        return IntStream.range(from, x.rank()).boxed().toList();
    }

    static Value nativeLayerNorm(OperatorCall call) {
        Statistics statistics = statistics(call);
        SymbolicTensor reciprocal = call.primitives().unary("Reciprocal", statistics.deviation());
        return OperatorCall.results(layerNorm(call), statistics.mean(), reciprocal);
    }

    /** {@code weight x / sqrt(mean(x²) + eps)}; halves are squared as float32. */
    static SymbolicTensor rmsNorm(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        Primitives to = call.primitives();
        ElementType type = x.type().bytes() < Float.BYTES ? ElementType.FLOAT32 : x.type();
        SymbolicTensor wide = to.cast(x, type);
        double epsilon = call.has("eps") ? call.real("eps") : epsilon(x.type());
        SymbolicTensor mean =
                to.reduce("ReduceMean", to.mul(wide, wide), normalizedAxes(call, x), true);
        SymbolicTensor normal = to.div(wide, to.unary("Sqrt", to.add(mean, epsilon)));
        return affine(call, to.cast(normal, x.type()), call.dims("normalized_shape"));
    }

    /** The distance from 1 to the next number of a type, PyTorch's eps if none is given. */
    private static double epsilon(ElementType type) {
        return switch (type) {
            case FLOAT64 -> Math.ulp(1.0);
            case FLOAT16 -> Math.scalb(1.0, -10);
            case BFLOAT16 -> Math.scalb(1.0, -7);
            default -> Math.ulp(1f);
        };
    }

    /** Mean and standard deviation, {@code sqrt(variance + eps)}, along axes that stay. */
    private record Statistics(
            Primitives to, SymbolicTensor centred, SymbolicTensor mean, SymbolicTensor deviation) {

        static Statistics of(OperatorCall call, SymbolicTensor x, List<Integer> axes) {
            Primitives to = call.primitives();
            SymbolicTensor mean = to.reduce("ReduceMean", x, axes, true);
            SymbolicTensor centred = to.sub(x, mean);
            SymbolicTensor variance = to.reduce("ReduceMean", to.mul(centred, centred), axes, true);
            return new Statistics(
                    to, centred, mean, to.unary("Sqrt", to.add(variance, call.real("eps"))));
        }

        SymbolicTensor standardized() {
            return to.div(centred, deviation);
        }
    }

    /** {@code g v / |v|}, the norm taken over all axes but one. */
    static SymbolicTensor weightNorm(OperatorCall call) {
        SymbolicTensor v = call.tensor("v");
        Primitives to = call.primitives();
        List<Integer> axes = new ArrayList<>(IntStream.range(0, v.rank()).boxed().toList());
        if (call.integer("dim") >= 0) {
            axes.remove(call.axis("dim", v.rank()));
        }
        SymbolicTensor norm = to.reduce("ReduceL2", v, axes, true);
        return to.mul(v, to.div(call.tensor("g"), norm));
    }
}
