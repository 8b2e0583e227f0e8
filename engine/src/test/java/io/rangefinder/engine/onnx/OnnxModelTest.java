package io.rangefinder.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxModelTest {

    @TempDir Path folder;

    @Test
    void writtenModelReadsBackTheSame() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        Path file = folder.resolve("copy.onnx");
        model.write(file);
        assertEquals(model.proto(), OnnxModel.read(file).proto());
        assertEquals(model.proto(), model.withGraph(model.graph()).proto());
    }

    @Test
    void missingFileIsAnIoException() {
        assertThrows(NoSuchFileException.class, () -> OnnxModel.read(folder.resolve("no.onnx")));
    }

    @Test
    void garbageNamesTheFile() throws Exception {
        Path file = folder.resolve("garbage.onnx");
        Files.writeString(file, "PK this is not a model but a text of some length");
        InvalidOnnxException e =
                assertThrows(InvalidOnnxException.class, () -> OnnxModel.read(file));
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }

    @Test
    void emptyFileHoldsNoGraph() throws Exception {
        Path file = Files.createFile(folder.resolve("empty.onnx"));
        assertThrows(InvalidOnnxException.class, () -> OnnxModel.read(file));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0001, 0.01, 0.3, 0.5, 0.99, 0.99999})
    void truncatedFileIsRefused(double share) throws Exception {
        byte[] bytes = ExampleModels.read("resnet").toBytes();
        Path file = folder.resolve("short.onnx");
        Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
        assertThrows(InvalidOnnxException.class, () -> OnnxModel.read(file));
    }

    @Test
    void opsetBelowElevenIsRefused() {
        SmallModel small = new SmallModel().input("x", 1).node("Relu", "x", "y").output("y");
        assertThrows(InvalidOnnxException.class, () -> small.build(10));
        assertThrows(
                InvalidOnnxException.class,
                () -> OnnxModel.of(small.proto(13).toBuilder().clearOpsetImport().build(), "it"));
    }

    @Test
    void tensorOfAnotherLengthThanDeclaredIsRefused() {
        TensorProto liar = Tensors.floats("w", new float[3], 2, 2);
        TensorProto huge =
                TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(1)
                        .addDims(Long.MAX_VALUE)
                        .addDims(Long.MAX_VALUE)
                        .build();
        for (TensorProto tensor : new TensorProto[] {liar, huge}) {
            SmallModel small =
                    new SmallModel()
                            .input("x", 1, 2)
                            .constant(tensor)
                            .node("MatMul", "x,w", "y")
                            .output("y");
            InvalidOnnxException e =
                    assertThrows(InvalidOnnxException.class, () -> small.build(13));
            assertTrue(e.getMessage().contains("'w'"), e.getMessage());
        }
    }

    @Test
    void cycleIsRefused() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1)
                        .node("Add", "x,b", "a")
                        .node("Relu", "a", "b")
                        .output("b")
                        .build(13);
        assertThrows(InvalidOnnxException.class, () -> model.graph().topologicalOrder());
    }

    @Test
    void externalDataIsReadIntoTheModel() throws Exception {
        Files.write(folder.resolve("data.bin"), new byte[] {9, 9, 0, 0, -128, 63, 0, 0, 0, 64});
        OnnxModel model = OnnxModel.read(external(Map.of("location", "data.bin", "offset", "2")));
        TensorProto weight = model.graph().constant("w").orElseThrow();
        assertArrayEquals(new float[] {1, 2}, Tensors.floats(weight));
        Path copy = Files.createDirectory(folder.resolve("elsewhere")).resolve("copy.onnx");
        model.write(copy);
        assertEquals(model.proto(), OnnxModel.read(copy).proto());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/hostname", "../secret.bin", "sub/../../secret.bin", "", "no.bin"})
    void externalDataOutsideTheFolderIsRefused(String location) throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.createDirectory(inner.resolve("sub"));
        Files.write(folder.resolve("secret.bin"), new byte[8]);
        folder = inner;
        Path file = external(Map.of("location", location));
        assertThrows(InvalidOnnxException.class, () -> OnnxModel.read(file));
    }

    @Test
    void externalDataBehindSymbolicLinkOutsideIsRefused() throws Exception {
        Path secret = Files.write(folder.resolve("secret.bin"), new byte[8]);
        folder = Files.createDirectory(folder.resolve("inner"));
        try {
            Files.createSymbolicLink(folder.resolve("data.bin"), secret);
        } catch (IOException | UnsupportedOperationException e) {
            return; // this system has no links for us
        }
        Path file = external(Map.of("location", "data.bin"));
        assertThrows(InvalidOnnxException.class, () -> OnnxModel.read(file));
    }

    @Test
    void externalDataBeyondItsFileIsRefused() throws Exception {
        Files.write(folder.resolve("data.bin"), new byte[8]);
        for (Map<String, String> entries :
                List.of(
                        Map.of("location", "data.bin", "offset", "4", "length", "8"),
                        Map.of("location", "data.bin", "offset", "-4", "length", "8"),
                        Map.of("location", "data.bin", "offset", "9223372036854775807"),
                        Map.of("location", "data.bin", "length", "4"),
                        Map.of("location", "data.bin", "length", "many"))) {
            Path file = external(entries);
            assertThrows(InvalidOnnxException.class, () -> OnnxModel.read(file));
        }
    }

    /** Writes a model whose weight of two floats lies outside. */
    private Path external(Map<String, String> entries) throws IOException {
        TensorProto.Builder weight =
                TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(1)
                        .addDims(2)
                        .addDims(1)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        entries.forEach(
                (k, v) ->
                        weight.addExternalData(
                                StringStringEntryProto.newBuilder().setKey(k).setValue(v)));
        ModelProto model =
                new SmallModel()
                        .input("x", 1, 2)
                        .constant(weight.build())
                        .node("MatMul", "x,w", "y")
                        .output("y")
                        .proto(13);
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }
}
