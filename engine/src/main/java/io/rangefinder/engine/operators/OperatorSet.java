package io.rangefinder.engine.operators;

import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import io.rangefinder.engine.onnx.Nodes;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operators that are alike in some way, each way with a name. */
public enum OperatorSet {
    /** All elements of the first input, each once: other axes or another order, no other value. */
    REARRANGING("Reshape Flatten Transpose Squeeze Unsqueeze Identity"),

    /** Each element of each output is one of the first input's. */
    MOVING(
            REARRANGING,
            "DepthToSpace Expand Gather GatherElements GatherND Slice SpaceToDepth Split Tile"),

    /**
     * TensorRT moves Q and DQ across them (VanillaSwapWithFollowingQ), so that they run on INT8. A
     * concatenation has several inputs (SplitQAcrossPrecedingFanIn) and is asked for by itself.
     */
    CROSSED_BY_QDQ(REARRANGING, "MaxPool"),

    /** TensorRT moves a DQ across them, as far as their data go, as it meets them in models. */
    CROSSED_BY_DQ(CROSSED_BY_QDQ, "Slice Gather Split Expand Pad"),

    /** ONNX Runtime's integer kernels keep the scale of what they read. */
    KEEPING_SCALE("MaxPool Reshape Flatten Transpose Squeeze Unsqueeze"),

    /** What a layer's kernel, TensorRT's or ONNX Runtime's, does to its result on the way. */
    CLAMPING("Relu Clip"),

    /** Activation functions: of each element by itself, slope about one at most. */
    ACTIVATION(
            CLAMPING, "LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Tanh Elu Selu Mish Softplus"),

    /** What gates are made of beside layers and pooling: the shape is the inputs', broadcast. */
    IN_GATES(
            "Add Sub Mul Div Relu Clip LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Tanh Elu"
                    + " Softplus Mish Softmax BatchNormalization Identity Dropout"),

    /** One value of each channel's whole map. */
    GLOBAL_POOLING("GlobalAveragePool GlobalMaxPool GlobalLpPool"),

    /** One value of all along some axes, which gates are made with. */
    REDUCTION("ReduceMean ReduceMax ReduceSum ReduceL2 ReduceMin"),

    /** An error of rounding comes out of them about as large as it went in. */
    PASSING_ERRORS(
            List.of(REARRANGING, ACTIVATION),
            "MaxPool AveragePool GlobalAveragePool GlobalMaxPool Dropout Mul Add Concat Slice Split"
                    + " Pad Resize Upsample DepthToSpace SpaceToDepth Gelu Erf"),

    /** No element of the output is less than zero. */
    NON_NEGATIVE("Relu Sigmoid HardSigmoid Softmax Abs Exp Sqrt"),

    /** No element of the output is less than zero if none of the first input is. */
    KEEPING_SIGN(
            REARRANGING,
            "MaxPool AveragePool GlobalAveragePool GlobalMaxPool Dropout Gather Slice");

    private final Set<String> operators;

    OperatorSet(String operators) {
        this(List.of(), operators);
    }

    OperatorSet(OperatorSet those, String more) {
        this(List.of(those), more);
    }

    OperatorSet(List<OperatorSet> those, String more) {
        operators =
                Stream.concat(
                                those.stream().flatMap(o -> o.operators.stream()),
                                Stream.of(more.split(" ")))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a node is of one of these operators.
     *
     * @param node a node
     * @return true if it is, in ONNX's own domain
     */
    public boolean contains(NodeProtoOrBuilder node) {
        return Nodes.isDefaultDomain(node.getDomain()) && contains(node.getOpType());
    }

    /**
     * Whether a name is of one of these operators.
     *
     * @param operator an operator of ONNX's own domain
     * @return true if it is
     */
    public boolean contains(String operator) {
        return operators.contains(operator);
    }
}
