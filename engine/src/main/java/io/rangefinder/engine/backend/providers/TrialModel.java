package io.rangefinder.engine.backend.providers;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OpsetConverter;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.util.List;

/** A convolution between Q/DQ, and what it gives on a CPU. */
final class TrialModel {

    static final long[] SHAPE = {1, 4, 16, 16};

    private static final long FILTERS = 8;
    private static final long SIDE = 3;

    private TrialModel() {}

    static byte[] bytes() {
        float[] weight = Trial.input(FILTERS, SHAPE[1], SIDE, SIDE);
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .setName("trial")
                        .addInput(value("x", SHAPE))
                        .addOutput(value("y", SHAPE[0], FILTERS, SHAPE[2], SHAPE[3]))
                        .addInitializer(Tensors.floats("w", weight, FILTERS, SHAPE[1], SIDE, SIDE))
                        .addInitializer(Tensors.floats("scale", new float[] {1 / 127f}))
                        .addInitializer(Tensors.bytes("zero", true, new byte[1]));
        for (String tensor : List.of("x", "w")) {
            graph.addNode(node("QuantizeLinear", tensor, tensor + "_q"));
            graph.addNode(node("DequantizeLinear", tensor + "_q", tensor + "_dq"));
        }
        graph.addNode(
                Nodes.of("Conv", "conv", List.of("x_dq", "w_dq"), "y")
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("pads")
                                        .setType(AttributeProto.AttributeType.INTS)
                                        .addAllInts(List.of(1L, 1L, 1L, 1L))));
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OpsetConverter.OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    /** What the model gives for {@link Trial#input}. */
    static float[] expected() {
        try (OrtModel model = OrtModel.load(bytes(), "trial", Execution.SIMULATED, 1)) {
            NamedTensor x = NamedTensor.ofFloats("x", Trial.input(SHAPE), new Shape(SHAPE));
            return model.run(List.of(x)).get(0).toFloats();
        } catch (InvalidOnnxException e) {
            throw new IllegalStateException("ONNX Runtime refuses an INT8 convolution", e);
        }
    }

    private static NodeProto node(String operator, String input, String output) {
        return Nodes.of(operator, output, List.of(input, "scale", "zero"), output).build();
    }

    private static ValueInfoProto value(String name, long... shape) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        var tensor =
                value.getTypeBuilder()
                        .getTensorTypeBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber());
        for (long axis : shape) {
            tensor.getShapeBuilder().addDimBuilder().setDimValue(axis);
        }
        return value.build();
    }
}
