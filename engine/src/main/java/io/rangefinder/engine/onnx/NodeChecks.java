package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of a node ends the process that runs it. Found by running each operator of ONNX's on some
 * thousand inputs, shapes and attributes that do not fit; those that always answered, or refused,
 * need no look. Stateless.
 */
final class NodeChecks {

    /** They take anything, or refuse it in order. */
    private static final Set<String> SOUND =
            Set.of(
                    ("Relu LeakyRelu PRelu Elu Selu Celu Gelu Mish HardSigmoid HardSwish Sigmoid"
                         + " Softplus Softsign ThresholdedRelu Tanh Erf Exp Log Sqrt Abs Neg Floor"
                         + " Ceil Round Reciprocal Sign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh"
                         + " Acosh Atanh Softmax LogSoftmax Hardmax Dropout Clip Identity Cast"
                         + " CastLike Not BitwiseNot BitwiseAnd BitwiseOr BitwiseXor BitShift IsNaN"
                         + " IsInf Shrink Trilu EyeLike Det Constant Shape Size Flatten Transpose"
                         + " Squeeze Unsqueeze Reshape Expand Tile Pad Slice Gather GatherElements"
                         + " ScatterElements Where Compress NonZero Range ConstantOfShape CumSum"
                         + " Add Sub Mul Pow Max Min Sum Mean Equal Less LessOrEqual Greater"
                         + " GreaterOrEqual And Or Xor MatMul MatMulInteger Gemm BatchNormalization"
                         + " InstanceNormalization GroupNormalization MeanVarianceNormalization LRN"
                         + " GlobalAveragePool GlobalMaxPool GlobalLpPool ArgMax ArgMin"
                         + " QuantizeLinear DequantizeLinear DynamicQuantizeLinear SpaceToDepth If")
                            .split(" "));

    private static final Set<String> CONVOLUTIONS =
            Set.of("Conv", "ConvTranspose", "ConvInteger", "QLinearConv");
    private static final Set<String> POOLS = Set.of("MaxPool", "AveragePool", "LpPool");
    private static final String[] NORMALIZATIONS = {"BatchNormalization", "InstanceNormalization"};

    /** The axes that each input of a recurrent layer has; GRU and RNN have fewer inputs. */
    private static final int[] RECURRENT = {3, 3, 3, 2, 1, 3, 3, 2};

    /** A sample axis and a channel axis come before the spatial ones. */
    private static final int OTHER_AXES = 2;

    private static final String[] WANT_ELEMENTS = {
        "TopK", "LpNormalization", "GatherND", "ScatterND", "LSTM", "GRU", "RNN"
    };

    private final long opset;
    private final boolean hasFunctions;
    private final boolean mayBeEmpty;

    NodeChecks(ModelProto model, boolean mayBeEmpty) {
        this.opset = OnnxModel.opset(model);
        this.hasFunctions = model.getFunctionsCount() > 0;
        this.mayBeEmpty = mayBeEmpty;
    }

    /** Whether an operator does not survive a tensor without elements. */
    static boolean wantsElements(NodeProto node) {
        return Nodes.is(node, WANT_ELEMENTS);
    }

    /** A node for people. */
    static String describe(NodeProto node) {
        return "node '" + Nodes.nameOf(node) + "' (" + node.getOpType() + ")";
    }

    /** Why a node can't be run, if so. */
    Optional<String> problem(NodeProto node, TensorFacts facts) {
        // A model's own function may have an operator's name.
        Optional<String> arity =
                hasFunctions ? Optional.empty() : Arities.get().problem(node, opset);
        if (hasFunctions || arity.isPresent() || !Nodes.isDefaultDomain(node.getDomain())) {
            return arity;
        }
        String operator = node.getOpType();
        if (CONVOLUTIONS.contains(operator)) {
            return convolution(node, facts);
        }
        if (POOLS.contains(operator)) {
            int axes = facts.rank(node.getInput(0));
            if (axes >= 0 && axes <= OTHER_AXES) {
                return Optional.of("has nothing to slide over in an input of " + axes);
            }
            return window(node, axes < 0 ? -1 : axes - OTHER_AXES);
        }
        if (Nodes.is(node, NORMALIZATIONS)) {
            return normalization(node, facts);
        }
        return switch (operator) {
            case "Div", "Mod" -> division(node, facts);
            case "LSTM", "GRU", "RNN" -> recurrent(node, facts);
            case "DepthToSpace", "SpaceToDepth" -> blocks(node);
            case "Split" -> split(node);
            case "Einsum" -> einsum(node, facts);
            default -> Optional.empty();
        };
    }

    /** What of a node that has no problem can't be told, if anything. */
    Optional<String> open(NodeProto node, TensorFacts facts) {
        String operator = node.getOpType();
        if (!Nodes.isDefaultDomain(node.getDomain())) {
            return open(node, "is of the domain " + node.getDomain());
        }
        boolean known =
                SOUND.contains(operator)
                        || switch (operator) {
                            case "Conv", "ConvTranspose", "ConvInteger", "QLinearConv" ->
                                    ranksKnown(node, facts);
                            case "MaxPool", "AveragePool", "LpPool" ->
                                    facts.rank(node.getInput(0)) >= 0;
                            case "Concat" -> sameRanks(node, facts);
                            case "Div", "Mod" -> divides(node, facts);
                            case "DepthToSpace" -> true;
                            case "Split" -> true;
                            case "LayerNormalization" ->
                                    node.getInputList().stream().noneMatch(String::isEmpty);
                            case "Resize" -> resizes(node, facts);
                            case "LSTM", "GRU", "RNN" -> !mayBeEmpty && ranksKnown(node, facts);
                            case "Einsum" -> ranksKnown(node, facts);
                            case "OneHot" -> oneHot(node, facts);
                            case "GatherND", "ScatterND" -> !mayBeEmpty && indexed(node, facts);
                            case "TopK", "LpNormalization" ->
                                    !mayBeEmpty && facts.rank(node.getInput(0)) > 0;
                            default -> operator.startsWith("Reduce") && reduces(node, facts);
                        };
        return known ? Optional.empty() : open(node, "may not fit what it is given");
    }

    private static Optional<String> open(NodeProto node, String what) {
        return Optional.of(describe(node) + " " + what);
    }

    private static boolean ranksKnown(NodeProto node, TensorFacts facts) {
        return node.getInputList().stream().allMatch(i -> i.isEmpty() || facts.rank(i) >= 0);
    }

    private static boolean sameRanks(NodeProto node, TensorFacts facts) {
        return node.getInputList().stream().mapToInt(facts::rank).distinct().count() == 1
                && facts.rank(node.getInput(0)) > 0;
    }

    private static boolean reduces(NodeProto node, TensorFacts facts) {
        return node.getInputCount() < 2 || facts.rank(node.getInput(1)) == 1;
    }

    private static boolean resizes(NodeProto node, TensorFacts facts) {
        return facts.rank(node.getInput(0)) >= 0
                && node.getInputList().stream()
                        .skip(1)
                        .allMatch(i -> i.isEmpty() || facts.rank(i) == 1);
    }

    private static boolean oneHot(NodeProto node, TensorFacts facts) {
        return facts.rank(node.getInput(0)) >= 0
                && facts.rank(node.getInput(1)) == 0
                && facts.length(node.getInput(2)) == 2;
    }

    private static boolean indexed(NodeProto node, TensorFacts facts) {
        return facts.rank(node.getInput(0)) > 0
                && facts.rank(node.getInput(1)) > 0
                && Nodes.integer(node, "batch_dims", 0) == 0;
    }

    /** Only integers are divided by what must not be 0 or, the least of them, -1. */
    private static boolean divides(NodeProto node, TensorFacts facts) {
        int type = facts.type(node.getInput(1));
        if (type == DataType.FLOAT_VALUE
                || type == DataType.DOUBLE_VALUE
                || type == DataType.FLOAT16_VALUE) {
            return true;
        }
        Optional<List<Long>> divisor = facts.numbers(node.getInput(1));
        return divisor.isPresent() && !divisor.get().contains(-1L);
    }

    private static Optional<String> division(NodeProto node, TensorFacts facts) {
        return facts.numbers(node.getInput(1)).filter(n -> n.contains(0L)).isPresent()
                ? Optional.of("divides integers by 0, '" + node.getInput(1) + "'")
                : Optional.empty();
    }

    private static Optional<String> recurrent(NodeProto node, TensorFacts facts) {
        for (int i = 0; i < node.getInputCount(); i++) {
            int rank = facts.rank(node.getInput(i));
            if (rank >= 0 && rank != RECURRENT[i]) {
                return Optional.of(axes(rank, node.getInput(i), RECURRENT[i]));
            }
        }
        return Optional.empty();
    }

    private static String axes(int rank, String tensor, int wanted) {
        return "has " + rank + " axes in '" + tensor + "' instead of " + wanted;
    }

    private static Optional<String> blocks(NodeProto node) {
        long size = Nodes.integer(node, "blocksize", 0);
        return size < 1 || size > Short.MAX_VALUE
                ? Optional.of("has blocks of " + size)
                : Optional.empty();
    }

    private static Optional<String> split(NodeProto node) {
        long parts = Nodes.integer(node, "num_outputs", node.getOutputCount());
        return parts != node.getOutputCount()
                ? Optional.of("makes " + parts + " parts for " + node.getOutputCount() + " outputs")
                : Optional.empty();
    }

    /** Each term must name the axes of its input. */
    private static Optional<String> einsum(NodeProto node, TensorFacts facts) {
        String equation =
                Nodes.attribute(node, "equation")
                        .map(AttributeProto::getS)
                        .map(s -> s.toStringUtf8().replace(" ", ""))
                        .orElse("");
        String[] terms = equation.split("->", -1)[0].split(",", -1);
        if (terms.length != node.getInputCount()) {
            return Optional.of(
                    "has " + node.getInputCount() + " inputs for the equation " + equation);
        }
        for (int i = 0; i < terms.length; i++) {
            int rank = facts.rank(node.getInput(i));
            boolean open = terms[i].contains("...");
            int named = terms[i].replace("...", "").length();
            if (rank >= 0 && (open ? rank < named : rank != named)) {
                return Optional.of(
                        axes(rank, node.getInput(i), named) + " of the equation " + equation);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> convolution(NodeProto node, TensorFacts facts) {
        int input = facts.rank(node.getInput(0));
        boolean linear = node.getOpType().equals("QLinearConv");
        int weight = facts.rank(node.getInput(linear ? 3 : 1));
        if (input >= 0 && weight >= 0 && input != weight) {
            return Optional.of("has a weight of " + weight + " axes on an input of " + input);
        }
        int axes = Math.max(input, weight);
        if (axes >= 0 && axes <= OTHER_AXES) {
            return Optional.of("has nothing to slide over in an input of " + axes);
        }
        int place = linear ? 8 : 2;
        int bias =
                node.getOpType().equals("ConvInteger")
                        ? -1
                        : Nodes.input(node, place).map(facts::rank).orElse(-1);
        if (bias >= 0 && bias != 1) {
            return Optional.of("has a bias of " + bias + " axes instead of 1");
        }
        if (Nodes.integer(node, "group", 1) < 1) {
            return Optional.of("has " + Nodes.integer(node, "group", 1) + " groups");
        }
        return window(node, axes < 0 ? -1 : axes - OTHER_AXES);
    }

    private static Optional<String> normalization(NodeProto node, TensorFacts facts) {
        for (int i = 1; i < node.getInputCount(); i++) {
            int rank = facts.rank(node.getInput(i));
            if (rank >= 0 && rank != 1) {
                return Optional.of(axes(rank, node.getInput(i), 1));
            }
        }
        return facts.rank(node.getInput(0)) == 0
                ? Optional.of("normalizes a single number")
                : Optional.empty();
    }

    /** Checks the attributes of a window; -1 if the number of spatial axes is not known. */
    private static Optional<String> window(NodeProto node, int spatial) {
        int axes = spatial;
        Set<String> names = new HashSet<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            // Of two with one name, readers may take either.
            if (!names.add(attribute.getName())) {
                return Optional.of("has " + attribute.getName() + " twice");
            }
        }
        for (String name : List.of("kernel_shape", "strides", "dilations")) {
            Optional<List<Long>> values =
                    Nodes.attribute(node, name).map(AttributeProto::getIntsList);
            if (values.isEmpty() || values.get().isEmpty()) {
                continue;
            }
            if (axes >= 0 && values.get().size() != axes) {
                return Optional.of(
                        "has " + values.get().size() + " " + name + " for " + axes + " axes");
            }
            axes = values.get().size();
            if (values.get().stream().anyMatch(v -> v < 1 || v > Integer.MAX_VALUE)) {
                return Optional.of("has " + name + " of " + values.get());
            }
        }
        int pads = Nodes.attribute(node, "pads").map(AttributeProto::getIntsCount).orElse(0);
        return axes >= 0 && pads != 0 && pads != 2 * axes
                ? Optional.of("has " + pads + " pads for " + axes + " axes")
                : Optional.empty();
    }
}
