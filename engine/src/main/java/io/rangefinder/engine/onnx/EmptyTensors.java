package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Set;

/** Whether tensors without elements can come about where no input is empty. Stateless. */
final class EmptyTensors {

    /** Operators that never make an empty tensor of tensors that are not. */
    private static final Set<String> NEVER =
            Set.of(
                    ("Relu LeakyRelu PRelu Elu Selu Celu Gelu Mish HardSigmoid HardSwish Sigmoid"
                         + " Softplus Softsign ThresholdedRelu Tanh Erf Exp Log Sqrt Abs Neg Floor"
                         + " Ceil Round Reciprocal Sign Sin Cos Tan Softmax LogSoftmax Hardmax"
                         + " Dropout Clip Identity Cast Not BatchNormalization LayerNormalization"
                         + " InstanceNormalization GroupNormalization LpNormalization Transpose"
                         + " Reshape Squeeze Unsqueeze Flatten Concat Add Sub Mul Div Pow Max Min"
                         + " Sum Mean Where Equal Less Greater And Or Xor Conv ConvTranspose Gemm"
                         + " MatMul Einsum LSTM GRU RNN QuantizeLinear DequantizeLinear Constant"
                         + " GlobalAveragePool GlobalMaxPool ReduceSum ReduceMean ReduceMax"
                         + " ReduceMin ReduceL1 ReduceL2 ArgMax ArgMin TopK Size GatherElements")
                            .split(" "));

    private EmptyTensors() {}

    static boolean mayCome(GraphProto graph) {
        return graph.getInitializerList().stream().anyMatch(EmptyTensors::isEmpty)
                || graph.getNodeList().stream().anyMatch(EmptyTensors::mayMake);
    }

    private static boolean mayMake(NodeProto node) {
        return !Nodes.isDefaultDomain(node.getDomain())
                || !NEVER.contains(node.getOpType())
                || ConstantNodes.value(node).filter(EmptyTensors::isEmpty).isPresent();
    }

    private static boolean isEmpty(TensorProto tensor) {
        return tensor.getDimsList().contains(0L);
    }
}
