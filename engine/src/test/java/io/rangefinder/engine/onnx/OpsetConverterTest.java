package io.rangefinder.engine.onnx;

import static io.rangefinder.engine.fixtures.SmallModel.body;
import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static io.rangefinder.engine.fixtures.SmallModel.nodeOf;
import static io.rangefinder.engine.fixtures.SmallModel.number;
import static io.rangefinder.engine.fixtures.SmallModel.string;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpsetConverterTest {

    /** A model for each operator that changed; x has the axes (2, 3, 1, 4). */
    static Stream<SmallModel> changedOperators() {
        return Stream.of(
                one("Softmax", "x"),
                one("Softmax", "x", integer("axis", 0)),
                one("Softmax", "x", integer("axis", 2)),
                one("Softmax", "x", integer("axis", -1)),
                one("Softmax", "x", integer("axis", -2)),
                one("LogSoftmax", "x", integer("axis", 1)),
                one("Hardmax", "x", integer("axis", 1)),
                one("Squeeze", "x", ints("axes", 2)),
                one("Squeeze", "x"),
                one("Unsqueeze", "x", ints("axes", 0, -1)),
                one("ReduceSum", "x", ints("axes", 1, 3), integer("keepdims", 0)),
                one("ReduceSum", "x"),
                model().node("Split", "x", "y,z", integer("axis", 3), ints("split", 1, 3))
                        .output("y")
                        .output("z"),
                model().node("Split", "x", "y,z", integer("axis", 3)).output("y").output("z"),
                one("Dropout", "x", number("ratio", 0.3f)),
                one("Relu", "x"),
                model().floats("none", new float[0], 0)
                        .floats("scales", new float[] {1, 1, 2, 2}, 4)
                        .node("Resize", "x,none,scales", "y", string("mode", "linear"))
                        .output("y"),
                model().constant(
                                TensorProto.newBuilder()
                                        .setName("yes")
                                        .setDataType(TensorProto.DataType.BOOL_VALUE)
                                        .addInt32Data(1)
                                        .build())
                        .node(
                                "If",
                                "yes",
                                "y",
                                body("then_branch", branch("Squeeze")),
                                body("else_branch", branch("Softmax")))
                        .output("y"));
    }

    private static GraphProto branch(String operator) {
        NodeProto node =
                operator.equals("Squeeze")
                        ? nodeOf(operator, "x", "inner", ints("axes", 2))
                        : nodeOf(operator, "x", "inner");
        return GraphProto.newBuilder().setName(operator).addNode(node).build().toBuilder()
                .addOutput(
                        new SmallModel().input("inner").graph().getInput(0).toBuilder().clearType())
                .build();
    }

    @ParameterizedTest
    @MethodSource("changedOperators")
    void raisedModelComputesTheSame(SmallModel small) throws Exception {
        for (long opset : new long[] {11, 12}) {
            if (opset == 12 && small.graph().getNode(0).getOpType().equals("Dropout")) {
                continue; // opset 12 has its new form already
            }
            OnnxModel model = small.build(opset);
            OnnxModel raised = OpsetConverter.raise(model);
            assertEquals(13, raised.opset());
            List<NamedTensor> before = run(model);
            List<NamedTensor> after = run(raised);
            assertEquals(before.size(), after.size());
            for (int i = 0; i < before.size(); i++) {
                assertEquals(before.get(i).shape(), after.get(i).shape());
                assertArrayEquals(before.get(i).toFloats(), after.get(i).toFloats(), 1e-6f);
            }
        }
    }

    @Test
    void softmaxAlongTheLastAxisStaysOneNode() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 3, 4)
                        .node("Transpose", "x", "t", ints("perm", 1, 0, 2))
                        .node("Softmax", "t", "y", integer("axis", 2))
                        .output("y")
                        .build(11);
        assertEquals(2, OpsetConverter.raise(model).graph().nodes().size());
    }

    @Test
    void initializersOfOldFilesAreNoLongerInputs() throws Exception {
        OnnxModel model =
                OnnxModel.of(
                        new SmallModel()
                                        .input("x", -1, 3)
                                        .input("w", 3, 2)
                                        .weight("w", 3, 2)
                                        .node("MatMul", "x,w", "y")
                                        .output("y")
                                        .proto(11)
                                        .toBuilder()
                                        .setIrVersion(3)
                                        .build(),
                        "old model");
        OnnxModel raised = OpsetConverter.raise(model);
        assertEquals(1, raised.proto().getGraph().getInputCount());
        assertTrue(raised.graph().constant("w").isPresent());
        assertTrue(model.graph().constant("w").isPresent());
    }

    @Test
    void resizeThatOpset13LostIsAnError() throws Exception {
        SmallModel small =
                model().floats("none", new float[0], 0)
                        .floats("scales", new float[] {1, 1, 2, 2}, 4)
                        .node(
                                "Resize",
                                "x,none,scales",
                                "y",
                                string("coordinate_transformation_mode", "tf_half_pixel_for_nn"))
                        .output("y");
        OnnxModel model = small.build(11);
        InvalidOnnxException e =
                assertThrows(InvalidOnnxException.class, () -> OpsetConverter.raise(model));
        assertTrue(e.getMessage().contains("y/Resize"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 17, 22})
    void newerModelsAreKept(long opset) throws Exception {
        OnnxModel model = one("Relu", "x").build(opset);
        assertSame(model, OpsetConverter.raise(model));
    }

    @Test
    void tooNewModelIsAnError() throws Exception {
        OnnxModel model = one("Relu", "x").build(23);
        assertThrows(InvalidOnnxException.class, () -> OpsetConverter.raise(model));
    }

    @Test
    void exampleModelsAreKept() throws Exception {
        OnnxModel model = ExampleModels.read("vit");
        assertSame(model, OpsetConverter.raise(model));
    }

    private static SmallModel model() {
        return new SmallModel().input("x", -1, 3, 1, 4);
    }

    private static SmallModel one(String operator, String inputs, AttributeProto... attributes) {
        return model().node(operator, inputs, "y", attributes).output("y");
    }

    private static List<NamedTensor> run(OnnxModel model) throws Exception {
        float[] values = new float[24];
        Random random = new Random(7);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        NamedTensor x = NamedTensor.ofFloats("x", values, new Shape(2, 3, 1, 4));
        try (OrtModel session =
                OrtModel.load(model.toBytes(), model.source(), Execution.UNOPTIMIZED, 1)) {
            return session.run(List.of(x));
        }
    }
}
