package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The operators that are computed when all they read is constant, and how many elements they make
 * at most. Others, and those of which that can't be told, stay: a line of a file may ask for any
 * amount.
 */
final class FoldableOperators {

    /** They make no more elements, all outputs together, than their first input has. */
    private static final Set<String> NO_MORE =
            Set.of(
                    ("Cast Transpose Reshape Unsqueeze Squeeze Flatten Identity Neg Abs Sqrt Exp"
                         + " Log Reciprocal Floor Ceil Round Sign Sigmoid Tanh Relu Erf Sin Cos Tan"
                         + " Not Clip LeakyRelu Softplus Softmax LogSoftmax Slice Split Trilu"
                         + " CumSum DepthToSpace SpaceToDepth ReduceSum ReduceMean ReduceMax"
                         + " ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum"
                         + " ReduceLogSumExp ArgMax ArgMin IsNaN IsInf HardSigmoid Elu Size")
                            .split(" "));

    private static final Set<String> BROADCAST =
            Set.of(
                    ("Add Sub Mul Div Pow Max Min Sum Mean Mod Equal Less LessOrEqual Greater"
                                    + " GreaterOrEqual And Or Xor Where PRelu")
                            .split(" "));

    /** Natively, an integer by 0 ends the process. */
    private static final String[] DIVISIONS = {"Div", "Mod"};

    private final Map<String, TensorProto> known;
    private final Map<String, Double> pending;

    /**
     * Tells of nodes whose inputs are constants.
     *
     * @param known the inputs whose values are known
     * @param pending the most elements of those that will be
     */
    FoldableOperators(Map<String, TensorProto> known, Map<String, Double> pending) {
        this.known = known;
        this.pending = pending;
    }

    /** The most elements that a node makes, or empty if it is not to be computed now. */
    OptionalDouble elements(NodeProtoOrBuilder node) {
        String operator = node.getOpType();
        if (!Nodes.is(node, operator) || mayDivideByZero(node)) {
            return OptionalDouble.empty();
        }
        if (NO_MORE.contains(operator)) {
            return OptionalDouble.of(Math.max(1, size(node.getInput(0))));
        }
        if (BROADCAST.contains(operator)) {
            return OptionalDouble.of(broadcast(node));
        }
        return switch (operator) {
            case "Shape" -> OptionalDouble.of(64);
            case "Concat" ->
                    OptionalDouble.of(node.getInputList().stream().mapToDouble(this::size).sum());
            case "Gather" -> OptionalDouble.of(gather(node));
            case "Expand" -> grown(node, 1, true);
            case "Tile" -> grown(node, 1, true);
            case "ConstantOfShape" -> grown(node, 0, false);
            case "Range" -> range(node);
            case "MatMul", "Gemm" -> product(node);
            default -> OptionalDouble.empty();
        };
    }

    /** The multiplications that a node takes. */
    double work(NodeProto node, double elements) {
        if (!WeightedOperator.isLinear(node)) {
            return elements;
        }
        return elements * inner(node);
    }

    /** At least the length of the axis that a product sums over. */
    private double inner(NodeProtoOrBuilder node) {
        return Math.min(largestAxis(node.getInput(0)), largestAxis(node.getInput(1)));
    }

    private double largestAxis(String tensor) {
        return Arrays.stream(Tensors.shape(known.get(tensor))).max().orElse(1);
    }

    private double size(String tensor) {
        return known.containsKey(tensor)
                ? Tensors.elements(known.get(tensor))
                : pending.getOrDefault(tensor, 0.0);
    }

    /** Where shapes are not known yet, as if no axes were in common. */
    private double broadcast(NodeProtoOrBuilder node) {
        List<long[]> shapes = new ArrayList<>();
        double product = 1;
        for (String input : node.getInputList()) {
            Optional.ofNullable(known.get(input)).map(Tensors::shape).ifPresent(shapes::add);
            product *= Math.max(1, size(input));
        }
        return shapes.size() == node.getInputCount() ? together(shapes) : product;
    }

    private static double together(List<long[]> shapes) {
        int axes = shapes.stream().mapToInt(s -> s.length).max().orElse(0);
        double product = 1;
        for (int axis = 1; axis <= axes; axis++) {
            long length = 1;
            for (long[] shape : shapes) {
                length =
                        axis > shape.length ? length : Math.max(length, shape[shape.length - axis]);
            }
            product *= length;
        }
        return product;
    }

    private double gather(NodeProtoOrBuilder node) {
        TensorProto data = known.get(node.getInput(0));
        double indices = Math.max(1, size(node.getInput(1)));
        if (data == null) {
            return indices * Math.max(1, pending.getOrDefault(node.getInput(0), 1.0));
        }
        long axis = Nodes.integer(node, "axis", 0);
        int at = (int) (axis < 0 ? axis + data.getDimsCount() : axis);
        double others = Tensors.elements(data);
        return at >= 0 && at < data.getDimsCount() && data.getDims(at) > 0
                ? indices * others / data.getDims(at)
                : indices * others;
    }

    /** By the lengths in an input, which multiply. */
    private OptionalDouble grown(NodeProtoOrBuilder node, int lengths, boolean timesData) {
        TensorProto values = known.get(node.getInput(lengths));
        if (values == null || values.getDataType() != DataType.INT64_VALUE) {
            return OptionalDouble.empty();
        }
        double elements = timesData ? Math.max(1, size(node.getInput(0))) : 1;
        for (long length : Tensors.integers(values)) {
            elements *= Math.max(1, length);
        }
        return OptionalDouble.of(elements);
    }

    private OptionalDouble range(NodeProtoOrBuilder node) {
        double[] values = new double[3];
        for (int i = 0; i < values.length; i++) {
            TensorProto value = known.get(node.getInput(i));
            if (value == null || Tensors.elements(value) != 1) {
                return OptionalDouble.empty();
            }
            if (Tensors.isFloat(value)) {
                values[i] = Tensors.floats(value)[0];
            } else if (value.getDataType() == DataType.INT64_VALUE) {
                values[i] = Tensors.integers(value).get(0);
            } else {
                return OptionalDouble.empty();
            }
        }
        double elements = Math.ceil((values[1] - values[0]) / values[2]);
        return Double.isFinite(elements)
                ? OptionalDouble.of(Math.max(1, elements))
                : OptionalDouble.empty();
    }

    private OptionalDouble product(NodeProtoOrBuilder node) {
        if (!known.keySet().containsAll(node.getInputList())) {
            return OptionalDouble.empty();
        }
        double elements = 1;
        for (int i = 0; i < 2; i++) {
            elements *= Math.max(1, size(node.getInput(i)));
        }
        // Each element of the inner axis counts on both sides.
        return OptionalDouble.of(Math.max(1, elements / Math.max(1, inner(node))));
    }

    private boolean mayDivideByZero(NodeProtoOrBuilder node) {
        if (!Nodes.is(node, DIVISIONS)) {
            return false;
        }
        TensorProto divisor = known.get(node.getInput(1));
        if (divisor == null) {
            return true;
        }
        return !Tensors.isFloat(divisor)
                && divisor.getDataType() != DataType.DOUBLE_VALUE
                && (Tensors.integers(divisor).isEmpty()
                        || Tensors.integers(divisor).stream().anyMatch(v -> v == 0 || v == -1));
    }
}
