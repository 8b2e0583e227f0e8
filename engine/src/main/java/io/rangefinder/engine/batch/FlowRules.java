package io.rangefinder.engine.batch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rule of each operator of ONNX that may be shown to keep rows apart. */
final class FlowRules {

    private static final Map<String, RowRule> RULES = new HashMap<>();

    static {
        // Clip, CumSum and the like take settings behind their data.
        add(
                Broadcasting::unary,
                "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Cast Ceil Celu Clip Cos Cosh Elu"
                    + " Erf Exp Floor Gelu HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log"
                    + " Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh"
                    + " Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu");
        add(
                Broadcasting::elementwise,
                "Add And BitShift BitwiseAnd BitwiseOr BitwiseXor CastLike Div Equal Greater"
                        + " GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu Pow Sub"
                        + " Sum Where Xor");
        add(Broadcasting::dropout, "Dropout");
        add(Broadcasting::quantization, "QuantizeLinear DequantizeLinear");
        add(Broadcasting::concat, "Concat");
        add(
                Layers::samplesFirst,
                "Conv ConvInteger ConvTranspose DepthToSpace GroupNormalization"
                        + " InstanceNormalization LRN SpaceToDepth");
        add(
                Layers::samplesAndChannels,
                "AveragePool GlobalAveragePool GlobalLpPool GlobalMaxPool LpPool");
        add(Layers::maxPool, "MaxPool");
        add(Layers::batchNormalization, "BatchNormalization");
        add(Layers::gridSample, "GridSample");
        add(Layers::gemm, "Gemm");
        add(Layers::matMul, "MatMul");
        add(Layers::einsum, "Einsum");
        add(Shaping::transpose, "Transpose");
        add(Shaping::reshape, "Reshape Flatten");
        add(Shaping::squeeze, "Squeeze");
        add(Shaping::unsqueeze, "Unsqueeze");
        add(Shaping.along(0), "Split");
        add(Shaping.along(-1), "TopK LpNormalization");
        add(Shaping::softmax, "Softmax LogSoftmax Hardmax");
        add(Shaping.from(-1), "LayerNormalization RMSNormalization");
        add(Shaping::slice, "Slice");
        add(Shaping::pad, "Pad");
        add(Shaping::resize, "Resize Upsample");
        add(Shaping::expand, "Expand");
        add(Shaping::tile, "Tile");
        add(
                Shaping::reduce,
                "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin"
                        + " ReduceProd ReduceSum ReduceSumSquare");
        add(Shaping::argument, "ArgMax ArgMin");
        add(IndexingRules::gather, "Gather");
        add(IndexingRules::elements, "GatherElements ScatterElements Scatter");
        add(IndexingRules::gatherNd, "GatherND");
        add(IndexingRules::scatterNd, "ScatterND");
        add(IndexingRules::oneHot, "OneHot");
        add(IndexingRules::cumulative, "CumSum");
        add(IndexingRules::triangle, "Trilu");
        add(
                Broadcasting::refuse,
                "Compress DynamicQuantizeLinear MeanVarianceNormalization NonMaxSuppression NonZero"
                        + " Unique");
    }

    private FlowRules() {}

    private static void add(RowRule rule, String operators) {
        List.of(operators.split(" ")).forEach(o -> RULES.put(o, rule));
    }

    static Optional<RowRule> of(String operator) {
        return Optional.ofNullable(RULES.get(operator));
    }
}
