package io.rangefinder.engine.onnx;

import static io.rangefinder.engine.fixtures.SmallModel.nodeOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.fixtures.Computed;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DamagedModelTest {

    private static OnnxModel file(String name) throws Exception {
        return OnnxModel.read(Path.of("src/test/resources/onnx", name + ".onnx"));
    }

    @ParameterizedTest
    @CsvSource({
        "conv-without-weight, node 'c_node' (Conv) has 1 inputs instead of 2 to 3",
        "axis-of-2-to-the-40th, declares 'x' with more than 2147483647 elements",
        "split-without-input, (Split) has 0 inputs instead of 1",
        "softmax-without-input, node 'y' (Softmax) has 0 inputs instead of 1"
    })
    void nodesThatLackInputsAreRefusedWhenRead(String name, String problem) {
        InvalidOnnxException refused = assertThrows(InvalidOnnxException.class, () -> file(name));
        assertTrue(refused.getMessage().contains(problem), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
    }

    /** Each operator of the table is refused with nothing to read, unless it reads nothing. */
    @ParameterizedTest
    @CsvSource({
        "Conv, x, y",
        "Gemm, x, y",
        "MatMul, x, y",
        "Add, x, y",
        "Split, '', y",
        "Concat, '', y",
        "Relu, '', y",
        "Clip, '', y",
        "Where, 'x,x', y",
        "BatchNormalization, 'x,x,x,x', y",
        "MatMul, 'x,', y",
        "MatMul, ',x', y",
        "Relu, 'x,x', y",
        "LSTM, 'x,x', y",
        "QuantizeLinear, x, y",
        "Dropout, '', y",
        "Einsum, '', y",
        "Resize, '', y"
    })
    void aritiesAreONNXs(String operator, String inputs, String outputs) {
        SmallModel model =
                new SmallModel().input("x", 1, 2).node(operator, inputs, outputs).output("y");
        assertThrows(InvalidOnnxException.class, () -> model.build(13));
    }

    @Test
    void nodeThatGivesNothingIsRefused() {
        ModelProto.Builder model =
                new SmallModel().input("x", 1, 2, 2).output("x").proto(13).toBuilder();
        model.getGraphBuilder().addNode(nodeOf("LSTM", "x,x,x", "y").toBuilder().clearOutput());
        InvalidOnnxException refused =
                assertThrows(InvalidOnnxException.class, () -> OnnxModel.of(model.build(), "m"));
        assertTrue(refused.getMessage().contains("(LSTM) has no outputs"), refused.getMessage());
    }

    @Test
    void whatMayBeLeftOutIsNotMissed() throws Exception {
        NodeProto clip = nodeOf("Clip", "x,,high", "y");
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 2)
                        .floats("high", new float[] {1})
                        .node("Clip", "x,,high", "y")
                        .output("y");
        assertEquals(clip, model.build(13).proto().getGraph().getNode(0));
    }

    @Test
    void metadataOfNullsAreRefused() throws Exception {
        OnnxModel model = file("null-hook-points");
        assertThrows(InvalidOnnxException.class, () -> HookNames.of(model));
    }

    @Test
    void raisedNodesHaveNamesOfTheirOwn() throws Exception {
        OnnxModel model = file("names-that-clash");
        OnnxModel raised = OpsetConverter.raise(model);
        Computed.assertSame(model, raised, 1e-6);
        assertEquals(
                raised.graph().nodes().size(),
                raised.graph().nodes().stream()
                                .map(n -> n.getName())
                                .filter(n -> !n.isEmpty())
                                .distinct()
                                .count()
                        + raised.graph().nodes().stream()
                                .filter(n -> n.getName().isEmpty())
                                .count());
    }

    @Test
    void resizeWithScalesThatAreEmptyWhenRunIsRaised() throws Exception {
        OnnxModel raised = OpsetConverter.raise(file("resize-empty-scales"));
        try (OrtModel session =
                OrtModel.load(raised.toBytes(), "raised", Execution.UNOPTIMIZED, 1)) {
            List<NamedTensor> outputs =
                    session.run(
                            List.of(
                                    NamedTensor.ofFloats(
                                            "X", new float[] {1, 2, 3, 4}, new Shape(1, 1, 2, 2)),
                                    NamedTensor.ofFloats("roi", new float[0], new Shape(0)),
                                    NamedTensor.ofFloats("scales", new float[0], new Shape(0)),
                                    NamedTensor.ofLongs(
                                            "sizes", new long[] {1, 1, 4, 2}, new Shape(4))));
            assertEquals(new Shape(1, 1, 4, 2), outputs.get(0).shape());
        }
    }

    @Test
    void graphOfManyThatShareATensorIsEditedInLinearTime() throws Exception {
        SmallModel small = new SmallModel().input("x", 1, 2).output("y0");
        int nodes = 30_000;
        for (int i = 0; i < nodes; i++) {
            small.node("Relu", "x", "y" + i);
        }
        OnnxGraph graph = small.build(13).graph();
        for (NodeProto.Builder node : graph.nodes()) {
            graph.setInput(node, 0, graph.unusedName("z"));
        }
        assertTrue(graph.consumers("x").isEmpty());
        for (NodeProto.Builder node : graph.nodes()) {
            graph.remove(node);
        }
        assertTrue(graph.nodes().isEmpty());
    }

    @Test
    void initializersThatAreInputsAreConstants() throws Exception {
        OnnxModel model = file("initializers-as-inputs");
        assertEquals(List.of("x"), model.inputs().stream().map(i -> i.getName()).toList());
        assertTrue(model.graph().constant("w0").isPresent());
        assertEquals(7, model.proto().getIrVersion());
    }

    @Test
    void halvesAreReadAsTheyAre() {
        // 1, -2, the least subnormal, the greatest, infinity: IEEE 754's binary16.
        int[] bits = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00};
        var half = ai.onnx.proto.OnnxMl.TensorProto.newBuilder().setDataType(10).addDims(5);
        for (int b : bits) {
            half.addInt32Data(b);
        }
        assertArrayEquals(
                new float[] {1, -2, 0x1p-24f, 65504, Float.POSITIVE_INFINITY},
                Tensors.floats(Tensors.fullPrecision(half.build())));
    }
}
