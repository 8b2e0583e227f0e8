package io.rangefinder.engine.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.session.TensorDescription;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrtModelTest {

    private static final Path RESNET = Path.of("../examples/models/resnet.onnx");

    @Test
    void inputsAndOutputsAreDescribed() throws Exception {
        try (OrtModel model = OrtModel.load(RESNET, Execution.INTEGER, 1)) {
            assertEquals(
                    List.of(
                            new TensorDescription(
                                    "input", DataType.FLOAT32, new Shape(-1, 1, 28, 28))),
                    model.inputs());
            assertEquals(
                    List.of(new TensorDescription("logits", DataType.FLOAT32, new Shape(-1, 10))),
                    model.outputs());
        }
    }

    @Test
    void refusalIsSaidInPeoplesWords() {
        byte[] nameless =
                new SmallModel()
                        .input("x", 1, 2, 3)
                        .weight("w", 3, 3)
                        .node("Gemm", "x,w", "y")
                        .output("y")
                        .proto(13)
                        .toByteArray();
        InvalidOnnxException refused =
                assertThrows(
                        InvalidOnnxException.class,
                        () -> OrtModel.load(nameless, "m", Execution.INTEGER, 1));
        assertTrue(refused.getMessage().contains("First input does not have rank 2"));
        assertFalse(
                Pattern.compile("Error code|null|\\.cc:").matcher(refused.getMessage()).find(),
                refused.getMessage());
    }

    @Test
    void batchMayHaveAnyLengthAndAnyThread() throws Exception {
        FashionMnistSamples data = FashionMnistSamples.calibration();
        try (OrtModel model = OrtModel.load(RESNET, Execution.INTEGER, 1)) {
            float[] all = model.run(List.of(data.batch(0, 24))).get(0).toFloats();
            IntStream.range(0, 8)
                    .parallel()
                    .forEach(
                            i -> {
                                NamedTensor input = data.batch(i * 3, i * 3 + 3);
                                NamedTensor output = model.run(List.of(input)).get(0);
                                assertEquals(new Shape(3, 10), output.shape());
                                assertTrue(output.data().isDirect());
                                float[] expected = Arrays.copyOfRange(all, i * 30, i * 30 + 30);
                                assertArrayEquals(expected, output.toFloats(), 1e-4f);
                            });
        }
    }

    @Test
    void otherTypesGoInAndOut() throws Exception {
        byte[] bytes =
                new SmallModel()
                        .input("a", TensorProto.DataType.INT64, -1)
                        .node("Add", "a,a", "b")
                        .node("Cast", "b", "c", SmallModel.integer("to", 9))
                        .output("b")
                        .output("c")
                        .proto(13)
                        .toByteArray();
        try (OrtModel model = OrtModel.load(bytes, "sum", Execution.INTEGER, 1)) {
            List<NamedTensor> outputs =
                    model.run(List.of(NamedTensor.ofLongs("a", new long[] {0, 4}, new Shape(2))));
            assertEquals(8, outputs.get(0).data().getLong(8));
            assertEquals(DataType.BOOLEAN, outputs.get(1).type());
            assertEquals(0, outputs.get(1).data().get(0));
            assertEquals(1, outputs.get(1).data().get(1));
        }
    }

    @Test
    void missingInputIsAnEngineException() throws Exception {
        try (OrtModel model = OrtModel.load(RESNET, Execution.INTEGER, 1)) {
            assertThrows(EngineException.class, () -> model.run(List.of()));
        }
    }

    @Test
    void garbageIsRefused() {
        assertThrows(
                InvalidOnnxException.class,
                () -> OrtModel.load(new byte[] {1, 2, 3}, "garbage", Execution.INTEGER, 1));
    }

    @Test
    void lengthMustFitTheShape() {
        ByteBuffer data = ByteBuffer.allocateDirect(8);
        assertThrows(
                IllegalArgumentException.class,
                () -> new NamedTensor("x", DataType.FLOAT32, new Shape(3), data));
    }
}
