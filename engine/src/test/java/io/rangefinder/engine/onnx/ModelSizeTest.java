package io.rangefinder.engine.onnx;

import static io.rangefinder.engine.fixtures.SmallModel.body;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A file of a megabyte may list more nodes and constants than ONNX Runtime loads in minutes. */
class ModelSizeTest {

    @TempDir Path folder;

    private static SmallModel chain(int nodes) {
        SmallModel model =
                new SmallModel().input("x", -1, 4, 4, 4).weight("w", 4, 4, 1, 1).output("y");
        for (int i = 0; i < nodes; i++) {
            model.node(
                    "Conv", (i == 0 ? "x" : "t" + i) + ",w", i == nodes - 1 ? "y" : "t" + (i + 1));
        }
        return model;
    }

    private static void refused(String what, Executable reading) {
        InvalidOnnxException refused = assertThrows(InvalidOnnxException.class, reading);
        assertTrue(refused.getMessage().contains("has more than " + what), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
    }

    @Test
    void nodesBeyondThoseOfAnyNetworkAreRefusedByWhoeverReads() throws Exception {
        byte[] many = chain(50_000).proto(13).toByteArray();
        Path file = Files.write(folder.resolve("many.onnx"), many);
        refused("32768 nodes", () -> OnnxModel.read(file));
        refused("32768 nodes", () -> OrtModel.load(file, Execution.INTEGER, 1));
        refused("32768 nodes", () -> OrtModel.load(many, "m", Execution.INTEGER, 1));
        assertDoesNotThrow(() -> chain(20_000).build(13));
    }

    @Test
    void constantsAreCountedWhateverTheirForm() {
        SmallModel initializers = new SmallModel().input("x", 1).node("Relu", "x", "y").output("y");
        SmallModel nodes = new SmallModel().input("x", 1).node("Relu", "x", "y").output("y");
        for (int i = 0; i < 20_000; i++) {
            initializers.constant(Tensors.floats("c" + i, new float[] {i}));
            nodes.node("Constant", "", "c" + i, SmallModel.number("value_float", i));
        }
        refused("16384 constants", () -> initializers.build(13));
        refused("16384 constants", () -> nodes.build(13));
    }

    @Test
    void bodiesAreCounted() {
        SmallModel branch = chain(9000);
        SmallModel model =
                new SmallModel().input("c", DataType.BOOL).input("x", -1, 4, 4, 4).output("y");
        for (int i = 0; i < 2; i++) {
            model.node(
                    "If",
                    "c",
                    i == 0 ? "y" : "z",
                    body("then_branch", branch.graph()),
                    body("else_branch", branch.graph()));
        }
        refused("32768 nodes", () -> model.build(13));
    }
}
