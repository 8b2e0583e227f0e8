package io.rangefinder.engine.operators;

import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import io.rangefinder.engine.onnx.Nodes;
import java.util.Arrays;
import java.util.Optional;

/**
 * The operators of layers: those that read an activation at input 0 and a weight at input 1.
 *
 * <p>Layouts of weights, after ONNX's specification: Conv (out, in / groups, kernel...),
 * ConvTranspose (in, out / groups, kernel...), Gemm (out, in) if transB else (in, out), MatMul
 * (..., in, out).
 */
public enum WeightedOperator {
    /** A convolution. */
    CONV("Conv"),
    /** A transposed convolution. */
    CONV_TRANSPOSE("ConvTranspose"),
    /** A linear layer with a bias. */
    GEMM("Gemm"),
    /** A linear layer without one; with two activations, no layer. */
    MAT_MUL("MatMul");

    private final String operator;

    WeightedOperator(String operator) {
        this.operator = operator;
    }

    /**
     * Which of them a node is of.
     *
     * @param node a node
     * @return its operator, or empty if it is none of these
     */
    public static Optional<WeightedOperator> of(NodeProtoOrBuilder node) {
        return Nodes.isDefaultDomain(node.getDomain()) ? of(node.getOpType()) : Optional.empty();
    }

    /**
     * Which of them a name is of.
     *
     * @param operator an operator of ONNX's own domain
     * @return it, or empty if it is none of these
     */
    public static Optional<WeightedOperator> of(String operator) {
        return Arrays.stream(values()).filter(o -> o.operator.equals(operator)).findFirst();
    }

    /**
     * Whether a node is of any of them.
     *
     * @param node a node
     * @return true if so
     */
    public static boolean is(NodeProtoOrBuilder node) {
        return of(node).isPresent();
    }

    /**
     * Whether a node is a convolution, transposed or not.
     *
     * @param node a node
     * @return true if so
     */
    public static boolean isConvolution(NodeProtoOrBuilder node) {
        return of(node).filter(o -> o == CONV || o == CONV_TRANSPOSE).isPresent();
    }

    /**
     * Whether a node is a product of matrices.
     *
     * @param node a node
     * @return true if so
     */
    public static boolean isLinear(NodeProtoOrBuilder node) {
        return of(node).filter(o -> o == GEMM || o == MAT_MUL).isPresent();
    }

    /**
     * Whether a node is a convolution in groups of one input channel.
     *
     * @param node a node
     * @param weight its weight's shape
     * @return true if so
     */
    public static boolean isDepthwise(NodeProtoOrBuilder node, long... weight) {
        return isConvolution(node) && weight[1] == 1 && Nodes.integer(node, "group", 1) > 1;
    }

    /**
     * Whether a node may have a bias, at input 2.
     *
     * @param node a node
     * @return true if its operator has such an input
     */
    public static boolean takesBias(NodeProtoOrBuilder node) {
        return of(node).filter(o -> o != MAT_MUL).isPresent();
    }

    /**
     * The weight's axis of output channels. In a ConvTranspose in groups one index of it stands for
     * a channel of every group, and in a stack of matrices for a column of each.
     *
     * @param node a node of this operator
     * @param rank the weight's axes, at least two
     * @return the axis, from 0
     */
    public int channelAxis(NodeProtoOrBuilder node, int rank) {
        return switch (this) {
            case CONV -> 0;
            case CONV_TRANSPOSE -> 1;
            case GEMM -> Nodes.integer(node, "transB", 0) != 0 ? 0 : 1;
            case MAT_MUL -> rank - 1;
        };
    }

    /**
     * How many output channels a layer has, those of all groups.
     *
     * @param node a node of this operator
     * @param weight its weight's shape
     * @return the channels
     */
    public long channels(NodeProtoOrBuilder node, long... weight) {
        return weight[channelAxis(node, weight.length)]
                * (this == CONV_TRANSPOSE ? Nodes.integer(node, "group", 1) : 1);
    }

    /**
     * How many input channels a layer has, those of all groups.
     *
     * @param node a node of this operator
     * @param weight its weight's shape, at least two axes
     * @return the channels
     */
    public long inputChannels(NodeProtoOrBuilder node, long... weight) {
        return switch (this) {
            case CONV -> weight[1] * Nodes.integer(node, "group", 1);
            case CONV_TRANSPOSE -> weight[0];
            case GEMM -> weight[1 - channelAxis(node, weight.length)];
            case MAT_MUL -> weight[weight.length - 2];
        };
    }
}
