package io.rangefinder.engine.onnxruntime;

import static io.rangefinder.engine.fixtures.SmallModel.body;
import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.ModelOutline;
import io.rangefinder.engine.onnx.ShapeCheck;
import io.rangefinder.engine.onnx.Tensors;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each of these models ended the process before there was a gate: these tests would not end. */
class NativeGateTest {

    @TempDir Path folder;

    @Test
    void inputOfAnyAxesIsTriedInAnotherProcessForEachNumberOfThem() throws Exception {
        ModelProto model =
                open(
                        new SmallModel()
                                .input("x", 1, 2, 3, 3)
                                .floats("w", new float[] {1, 2, 3, 4}, 2, 2, 1, 1)
                                .node("Conv", "x,w", "c")
                                .node("Softmax", "c", "s", integer("axis", 1))
                                .output("s"));
        try (OrtModel loaded = load(model)) {
            EngineException refused =
                    assertThrows(
                            EngineException.class,
                            () -> loaded.run(List.of(input(new Shape(), 1))));
            assertTrue(refused.getMessage().contains("node 'c/Conv' (Conv)"));
            float[] found =
                    loaded.run(List.of(input(new Shape(1, 2, 1, 1), 1, 2))).get(0).toFloats();
            // Sums of 5 and 11.
            assertEquals(1 / (1 + Math.exp(6)), found[0], 1e-6);
        }
    }

    @Test
    void fileIsLookedAtAsAModelInMemoryIs() throws Exception {
        Path file = folder.resolve("conv.onnx");
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 4, 8)
                        .weight("w", 4, 4, 3, 3)
                        .node("Conv", "x,w", "y")
                        .output("y");
        Files.write(file, model.proto(13).toByteArray());
        InvalidOnnxException refused =
                assertThrows(
                        InvalidOnnxException.class,
                        () -> OrtModel.load(file, Execution.INTEGER, 1));
        assertTrue(refused.getMessage().contains("a weight of 4 axes on an input of 3"));
    }

    @Test
    void declaredShapesOfWhatNodesMakeAreNotBelieved() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 2, 3, 3)
                        .weight("w", 2, 2, 1, 1)
                        .node("Relu", "x", "r")
                        .node("Conv", "r,w", "y")
                        .output("y");
        ModelProto.Builder lying = open(model).toBuilder();
        lying.getGraphBuilder()
                .addValueInfo(model.proto(13).getGraph().getInput(0).toBuilder().setName("r"));
        assertTrue(ShapeCheck.check(lying.build(), "m").open().isPresent());
        assertEquals(Optional.empty(), ShapeCheck.check(model.proto(13), "m").open());
    }

    @Test
    void inputLeftOutAmongAnyNumberOfThemIsRefused() {
        SmallModel model =
                new SmallModel().input("x", 2).input("z", 2).node("Max", "x,,z", "y").output("y");
        InvalidOnnxException refused =
                assertThrows(InvalidOnnxException.class, () -> load(model.proto(13)));
        assertTrue(refused.getMessage().contains("lacks its input 1"));
    }

    @Test
    void leastIntegerIsDividedInAnotherProcessFirst() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", TensorProto.DataType.INT64)
                        .input("z", TensorProto.DataType.INT64)
                        .node("Div", "x,z", "y")
                        .output("y");
        try (OrtModel loaded = load(model.proto(13))) {
            NamedTensor least = NamedTensor.ofLongs("x", new long[] {Long.MIN_VALUE}, new Shape());
            EngineException refused =
                    assertThrows(
                            EngineException.class,
                            () ->
                                    loaded.run(
                                            List.of(
                                                    least,
                                                    NamedTensor.ofLongs(
                                                            "z", new long[] {-1}, new Shape()))));
            assertTrue(refused.getMessage().contains("node 'y/Div' (Div)"));
        }
    }

    @Test
    void emptyInputIsKeptFromWhatDoesNotSurviveIt() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", -1, 3)
                        .node("LpNormalization", "x", "y", integer("axis", 0))
                        .output("y");
        assertEquals(Optional.empty(), ShapeCheck.check(model.proto(13), "m").open());
        try (OrtModel loaded = load(model.proto(13))) {
            EngineException refused =
                    assertThrows(
                            EngineException.class,
                            () -> loaded.run(List.of(input(new Shape(0, 3)))));
            assertTrue(refused.getMessage().contains("input 'x' is empty"));
            assertArrayEquals(
                    new float[] {1, 1, 1},
                    loaded.run(List.of(input(new Shape(1, 3), 3, 4, 5))).get(0).toFloats());
        }
    }

    /** Neither a count nor a condition ends it; on a clock of the processor's it has 3 s. */
    @Test
    void loopWithoutEndIsEndedInAnotherProcess() throws Exception {
        SmallModel loop =
                new SmallModel()
                        .input("i", TensorProto.DataType.INT64, 1)
                        .input("go", TensorProto.DataType.BOOL, 1)
                        .input("h", 2)
                        .node("Identity", "go", "more")
                        .node("Relu", "h", "next")
                        .output("more")
                        .output("next");
        SmallModel model =
                new SmallModel()
                        .input("x", 2)
                        .input("go", TensorProto.DataType.BOOL, 1)
                        .node("Loop", ",go,x", "y", body("body", loop.graph()))
                        .output("y");
        try (OrtModel loaded = load(model.proto(13))) {
            NamedTensor x = input(new Shape(2), -1, 2);
            EngineException refused =
                    assertThrows(
                            EngineException.class, () -> loaded.run(List.of(x, truth("go", 1))));
            assertTrue(refused.getMessage().contains("does not end within 3 s"));
            assertTrue(refused.getMessage().contains("'y/Loop' (Loop)"));
            assertTrue(refused.getMessage().contains("check that its loops come to an end"));
        }
    }

    private static NamedTensor truth(String name, int value) {
        ByteBuffer data = ByteBuffer.allocateDirect(1).put((byte) value).clear();
        return new NamedTensor(name, DataType.BOOLEAN, new Shape(1), data);
    }

    /** The shape is computed as PyTorch's exporter does it; no process is started for such. */
    @Test
    void computedShapesAreFollowed() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", -1, 4, 6)
                        .constant(Tensors.longs("zero", List.of(0L)))
                        .constant(Tensors.longs("last", List.of(2L, 3L, 2L)))
                        .weight("w", 5, 2, 1, 1)
                        .node("Shape", "x", "s")
                        .node("Gather", "s,zero", "batch", integer("axis", 0))
                        .node("Concat", "batch,last", "shape", integer("axis", 0))
                        .node("Reshape", "x,shape", "r")
                        .node("Conv", "r,w", "c")
                        .node("MaxPool", "c", "y", ints("kernel_shape", 2, 2))
                        .output("y");
        assertEquals(Optional.empty(), ShapeCheck.check(model.proto(13), "m").open());
    }

    @Test
    void outlineLeavesOutWhatIsLarge() throws Exception {
        ModelProto model =
                new SmallModel()
                        .input("x", 1, 64)
                        .weight("w", 64, 64)
                        .constant(Tensors.longs("axes", List.of(1L)))
                        .node("MatMul", "x,w", "m")
                        .node("Unsqueeze", "m,axes", "y")
                        .output("y")
                        .proto(13);
        ModelProto outline = ModelOutline.read(model.toByteArray(), "m");
        assertTrue(outline.getSerializedSize() < 1024);
        assertEquals(List.of(64L, 64L), outline.getGraph().getInitializer(0).getDimsList());
        assertEquals(model.getGraph().getInitializer(1), outline.getGraph().getInitializer(1));
        assertEquals(model.getGraph().getNodeList(), outline.getGraph().getNodeList());
        assertThrows(
                InvalidOnnxException.class,
                () -> ModelOutline.read(new byte[] {58, 100, 1}, "cut"));
    }

    private static NamedTensor input(Shape shape, float... values) {
        return NamedTensor.ofFloats("x", values, shape);
    }

    private static OrtModel load(ModelProto model) throws InvalidOnnxException {
        return OrtModel.load(model.toByteArray(), "small model", Execution.UNOPTIMIZED, 1);
    }

    /** A model whose first input may have any axes. */
    private static ModelProto open(SmallModel model) {
        ModelProto.Builder open = model.proto(13).toBuilder();
        open.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape();
        return open.build();
    }
}
