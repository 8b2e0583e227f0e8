package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * How large tensors are at least, with 1 for each length that is open: a line of a file may ask
 * native code for any amount of memory, by lengths that are constants. What is not followed counts
 * as nothing. Mutable, to be given the nodes in order; for one use.
 */
final class LeastShapes {

    private static final Set<String> SAME =
            Set.of(
                    ("Relu LeakyRelu Elu Selu Celu Gelu Mish HardSigmoid HardSwish Sigmoid Softplus"
                         + " Softsign Tanh Erf Exp Log Sqrt Abs Neg Floor Ceil Round Reciprocal"
                         + " Sign Sin Cos Softmax LogSoftmax Dropout Clip Identity Cast CumSum Not"
                         + " Trilu BatchNormalization InstanceNormalization QuantizeLinear EyeLike"
                         + " DequantizeLinear LayerNormalization")
                            .split(" "));

    private static final Set<String> BROADCAST =
            Set.of(
                    ("Add Sub Mul Div Pow Max Min Sum Mean Mod PRelu Where Equal Less LessOrEqual"
                                    + " Greater GreaterOrEqual And Or Xor")
                            .split(" "));

    /** As many elements are let through always: 256 MB of float. */
    private static final double ALWAYS = 1 << 26;

    /** Networks make a hundred times of what they are given, and of their weights, at most. */
    private static final double GROWTH = 256;

    private final Map<String, double[]> shapes = new HashMap<>();
    private final Map<String, Double> elements = new HashMap<>();
    private final Map<String, double[]> values = new HashMap<>();
    private double given;

    LeastShapes(GraphProto graph) {
        graph.getInputList().forEach(this::declare);
        constants(graph);
    }

    /** Adds the constants of a body. */
    void constants(GraphProto graph) {
        for (TensorProto tensor : graph.getInitializerList()) {
            constant(tensor);
        }
    }

    private void declare(ValueInfoProto input) {
        double[] shape =
                input.getType().getTensorType().getShape().getDimList().stream()
                        .mapToDouble(Dimension::getDimValue)
                        .map(d -> Math.max(1, d))
                        .toArray();
        put(input.getName(), shape);
        given += elements.get(input.getName());
    }

    private void constant(TensorProto tensor) {
        double[] shape = tensor.getDimsList().stream().mapToDouble(d -> Math.max(1, d)).toArray();
        put(tensor.getName(), shape);
        given += elements.get(tensor.getName());
        if (elements.get(tensor.getName()) <= Byte.MAX_VALUE) {
            value(tensor).ifPresent(v -> values.put(tensor.getName(), v));
        }
    }

    private static Optional<double[]> value(TensorProto tensor) {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
                || Tensors.problem(tensor).isPresent()) {
            return Optional.empty();
        }
        List<Long> whole = Tensors.integers(tensor);
        if (!whole.isEmpty()) {
            return Optional.of(whole.stream().mapToDouble(Long::doubleValue).toArray());
        }
        if (!Tensors.isFloat(tensor) || Tensors.elements(tensor) == 0) {
            return Optional.empty();
        }
        float[] real = Tensors.floats(tensor);
        double[] doubles = new double[real.length];
        Arrays.setAll(doubles, i -> real[i]);
        return Optional.of(doubles);
    }

    /** Follows a node. Gives what is wrong with it if it makes too much. */
    Optional<String> problem(NodeProto node) {
        ConstantNodes.value(node).ifPresent(this::constant);
        if (!Nodes.isDefaultDomain(node.getDomain())
                || node.getOutputCount() == 0
                || node.getInputCount() == 0) {
            return Optional.empty();
        }
        String output = node.getOutput(0);
        Optional<double[]> shape = shape(node);
        if (shape.isPresent()) {
            put(output, shape.get());
        } else {
            elements.put(output, elements(node));
        }
        double most = Math.max(ALWAYS, GROWTH * given);
        return elements.get(output) > most
                ? Optional.of(
                        String.format(
                                Locale.ROOT,
                                "makes at least %.0f elements of '%s', more than %.0f",
                                elements.get(output),
                                output,
                                most))
                : Optional.empty();
    }

    private void put(String tensor, double[] shape) {
        shapes.put(tensor, shape);
        elements.put(tensor, product(shape));
    }

    private static double product(double[] lengths) {
        return Arrays.stream(lengths).map(d -> Math.max(1, d)).reduce(1, (a, b) -> a * b);
    }

    private double size(String tensor) {
        return elements.getOrDefault(tensor, 1.0);
    }

    private Optional<double[]> shape(NodeProto node, int input) {
        return Nodes.input(node, input).map(shapes::get);
    }

    private Optional<double[]> values(NodeProto node, int input) {
        return Nodes.input(node, input).map(values::get);
    }

    /** The least elements of a node whose shape is not followed. */
    private double elements(NodeProto node) {
        double first = size(node.getInput(0));
        return switch (node.getOpType()) {
            case "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose" -> first;
            case "Tile" -> first * values(node, 1).map(LeastShapes::product).orElse(1.0);
            case "Expand" -> Math.max(first, values(node, 1).map(LeastShapes::product).orElse(1.0));
            case "Concat" -> node.getInputList().stream().mapToDouble(this::size).sum();
            case "OneHot" ->
                    first * values(node, 1).filter(v -> v.length == 1).map(v -> v[0]).orElse(1.0);
            case "Range" -> range(node);
            default ->
                    BROADCAST.contains(node.getOpType())
                            ? node.getInputList().stream().mapToDouble(this::size).max().orElse(1)
                            : SAME.contains(node.getOpType()) ? first : 1;
        };
    }

    private double range(NodeProto node) {
        double[] ends = new double[3];
        for (int i = 0; i < ends.length; i++) {
            Optional<double[]> end = values(node, i).filter(v -> v.length == 1);
            if (end.isEmpty()) {
                return 1;
            }
            ends[i] = end.get()[0];
        }
        return Math.max(1, Math.ceil((ends[1] - ends[0]) / ends[2]));
    }

    /** The least shape, if it is followed. */
    private Optional<double[]> shape(NodeProto node) {
        String operator = node.getOpType();
        if (SAME.contains(operator)) {
            return shape(node, 0);
        }
        if (BROADCAST.contains(operator)) {
            return node.getInputList().stream()
                    .map(i -> Optional.ofNullable(shapes.get(i)))
                    .reduce((a, b) -> both(a, b, LeastShapes::broadcast))
                    .flatMap(s -> s);
        }
        return switch (operator) {
            case "ConstantOfShape" -> values(node, 0);
            case "Expand" -> both(shape(node, 0), values(node, 1), LeastShapes::broadcast);
            case "Tile" -> shape(node, 0).flatMap(s -> scaled(s, values(node, 1)));
            case "Concat" -> concat(node);
            case "Pad" -> shape(node, 0).flatMap(s -> padded(s, pads(node)));
            case "Resize", "Upsample" -> resized(node);
            case "Transpose" -> shape(node, 0).flatMap(s -> transposed(s, node));
            case "MatMul" -> both(shape(node, 0), shape(node, 1), LeastShapes::product);
            case "Conv", "ConvTranspose" -> convolved(node);
            case "Gather" -> gathered(node);
            default -> Optional.empty();
        };
    }

    private static Optional<double[]> both(
            Optional<double[]> a, Optional<double[]> b, BinaryOperator<double[]> together) {
        return a.flatMap(left -> b.map(right -> together.apply(left, right)));
    }

    private static double[] broadcast(double[] left, double[] right) {
        double[] longer = (left.length >= right.length ? left : right).clone();
        double[] shorter = left.length >= right.length ? right : left;
        int shift = longer.length - shorter.length;
        for (int i = 0; i < shorter.length; i++) {
            longer[i + shift] = Math.max(longer[i + shift], shorter[i]);
        }
        return longer;
    }

    private static Optional<double[]> scaled(double[] shape, Optional<double[]> times) {
        return times.filter(t -> t.length == shape.length)
                .map(
                        t -> {
                            double[] scaled = new double[shape.length];
                            Arrays.setAll(scaled, i -> Math.max(1, Math.floor(shape[i] * t[i])));
                            return scaled;
                        });
    }

    private Optional<double[]> concat(NodeProto node) {
        Optional<double[]> first = shape(node, 0);
        if (first.isEmpty()) {
            return first;
        }
        int axis = axis(node, first.get().length, Integer.MIN_VALUE);
        if (axis < 0) {
            return Optional.empty();
        }
        double[] all = first.get().clone();
        for (int i = 1; i < node.getInputCount(); i++) {
            Optional<double[]> part = shape(node, i).filter(s -> s.length == all.length);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            all[axis] += part.get()[axis];
        }
        return Optional.of(all);
    }

    /** The place of a node's axis, -1 if it has none. */
    private static int axis(NodeProto node, int axes, long otherwise) {
        long axis = Nodes.integer(node, "axis", otherwise);
        long place = axis < 0 ? axis + axes : axis;
        return place >= 0 && place < axes ? (int) place : -1;
    }

    private Optional<double[]> pads(NodeProto node) {
        return ints(node, "pads").or(() -> values(node, 1));
    }

    private static Optional<double[]> ints(NodeProto node, String name) {
        return Nodes.attribute(node, name)
                .map(AttributeProto::getIntsList)
                .map(l -> l.stream().mapToDouble(Long::doubleValue).toArray());
    }

    private static Optional<double[]> padded(double[] shape, Optional<double[]> pads) {
        return pads.filter(p -> p.length == 2 * shape.length)
                .map(
                        p -> {
                            double[] padded = new double[shape.length];
                            Arrays.setAll(
                                    padded,
                                    i -> Math.max(1, shape[i] + p[i] + p[i + shape.length]));
                            return padded;
                        });
    }

    private Optional<double[]> resized(NodeProto node) {
        boolean upsample = Nodes.is(node, "Upsample");
        return upsample
                ? shape(node, 0).flatMap(s -> scaled(s, values(node, 1)))
                : values(node, 3).or(() -> shape(node, 0).flatMap(s -> scaled(s, values(node, 2))));
    }

    private static Optional<double[]> transposed(double[] shape, NodeProto node) {
        double[] order =
                ints(node, "perm")
                        .orElseGet(
                                () -> {
                                    double[] reversed = new double[shape.length];
                                    Arrays.setAll(reversed, i -> shape.length - 1.0 - i);
                                    return reversed;
                                });
        if (order.length != shape.length
                || Arrays.stream(order).anyMatch(i -> i < 0 || i >= shape.length)) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(order).map(i -> shape[(int) i]).toArray());
    }

    /** Of matrices and stacks of them; vectors make less. */
    private static double[] product(double[] left, double[] right) {
        if (left.length < 2 || right.length < 2) {
            return new double[0];
        }
        double[] stacks =
                broadcast(
                        Arrays.copyOf(left, left.length - 2),
                        Arrays.copyOf(right, right.length - 2));
        double[] made = Arrays.copyOf(stacks, stacks.length + 2);
        made[stacks.length] = left[left.length - 2];
        made[stacks.length + 1] = right[right.length - 1];
        return made;
    }

    /** Padded or spread out by what the node says; the kernel takes off its own length. */
    private Optional<double[]> convolved(NodeProto node) {
        boolean transposed = Nodes.is(node, "ConvTranspose");
        return both(
                shape(node, 0),
                shape(node, 1),
                (input, weight) -> {
                    if (input.length != weight.length || input.length < 3) {
                        return new double[0];
                    }
                    double[] made = input.clone();
                    made[1] = transposed ? weight[1] : weight[0];
                    for (int i = 2; i < made.length; i++) {
                        double stride = at(node, "strides", i - 2, 1);
                        double kernel = (weight[i] - 1) * at(node, "dilations", i - 2, 1) + 1;
                        double pads =
                                at(node, "pads", i - 2, 0)
                                        + at(node, "pads", i - 2 + made.length - 2, 0);
                        made[i] =
                                Math.max(
                                        1,
                                        transposed
                                                ? (input[i] - 1) * stride
                                                        + at(node, "output_padding", i - 2, 0)
                                                        + kernel
                                                        - pads
                                                : Math.floor((input[i] + pads - kernel) / stride)
                                                        + 1);
                    }
                    return made;
                });
    }

    private static double at(NodeProto node, String name, int place, double otherwise) {
        return ints(node, name).filter(v -> place < v.length).map(v -> v[place]).orElse(otherwise);
    }

    private Optional<double[]> gathered(NodeProto node) {
        return both(
                shape(node, 0),
                shape(node, 1),
                (data, indices) -> {
                    int axis = axis(node, data.length, 0);
                    if (axis < 0) {
                        return new double[0];
                    }
                    double[] made = new double[data.length - 1 + indices.length];
                    System.arraycopy(data, 0, made, 0, axis);
                    System.arraycopy(indices, 0, made, axis, indices.length);
                    System.arraycopy(
                            data, axis + 1, made, axis + indices.length, data.length - axis - 1);
                    return made;
                });
    }
}
