package io.rangefinder.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An empty message takes two bytes of a file and a hundred of memory. */
class FieldCountTest {

    private static final int MANY = 2_200_000;

    @TempDir Path folder;

    private static SmallModel small() {
        return new SmallModel().input("x", 1).node("Relu", "x", "y").output("y");
    }

    /** A field within as many others, each after what the message holds already. */
    private static byte[] within(byte[] content, int... fields) throws IOException {
        byte[] message = content;
        for (int i = fields.length - 1; i >= 0; i--) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeByteArray(fields[i], message);
            out.flush();
            message = bytes.toByteArray();
        }
        return message;
    }

    private static byte[] repeated(byte[] field, int times) {
        byte[] all = new byte[field.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(field, 0, all, i * field.length, field.length);
        }
        return all;
    }

    private Path file(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return Files.write(folder.resolve("model.onnx"), all.toByteArray());
    }

    private void refused(String problem) {
        Path file = folder.resolve("model.onnx");
        for (var reading :
                new Executable[] {
                    () -> OnnxModel.read(file),
                    () -> ModelOutline.read(file),
                    () -> OrtModel.load(file, Execution.INTEGER, 1)
                }) {
            InvalidOnnxException refused = assertThrows(InvalidOnnxException.class, reading);
            assertTrue(refused.getMessage().contains(problem), refused.getMessage());
            assertEquals(1, refused.getMessage().lines().count());
        }
    }

    @ParameterizedTest
    @CsvSource({
        ModelProto.METADATA_PROPS_FIELD_NUMBER + ",0",
        ModelProto.FUNCTIONS_FIELD_NUMBER + ",0",
        "99,0",
        ModelProto.GRAPH_FIELD_NUMBER + "," + GraphProto.NODE_FIELD_NUMBER,
        ModelProto.GRAPH_FIELD_NUMBER + "," + GraphProto.INITIALIZER_FIELD_NUMBER,
        ModelProto.GRAPH_FIELD_NUMBER + "," + GraphProto.VALUE_INFO_FIELD_NUMBER,
        ModelProto.GRAPH_FIELD_NUMBER + "," + GraphProto.QUANTIZATION_ANNOTATION_FIELD_NUMBER
    })
    void partsBeyondThoseOfAnyNetworkAreRefusedBeforeTheyAreParsed(int outer, int inner)
            throws Exception {
        byte[] one = inner == 0 ? within(new byte[0], outer) : within(new byte[0], inner);
        byte[] many = repeated(one, MANY);
        file(small().proto(13).toByteArray(), inner == 0 ? many : within(many, outer));
        refused("is of more than 2097152 parts");
    }

    @Test
    void attributesInputsAndStringsOfOneNodeAreCounted() throws Exception {
        int[][] fields = {
            {NodeProto.ATTRIBUTE_FIELD_NUMBER},
            {NodeProto.INPUT_FIELD_NUMBER},
            {NodeProto.ATTRIBUTE_FIELD_NUMBER, AttributeProto.STRINGS_FIELD_NUMBER}
        };
        for (int[] field : fields) {
            byte[] many = repeated(within(new byte[0], field[field.length - 1]), MANY);
            byte[] node = field.length == 1 ? many : within(many, field[0]);
            file(
                    small().proto(13).toByteArray(),
                    within(node, ModelProto.GRAPH_FIELD_NUMBER, GraphProto.NODE_FIELD_NUMBER));
            refused("is of more than 2097152 parts");
        }
    }

    @Test
    void numbersThatGrowInMemoryAreCounted() throws Exception {
        file(
                small().proto(13).toByteArray(),
                within(
                        new byte[18_000_000],
                        ModelProto.GRAPH_FIELD_NUMBER,
                        GraphProto.INITIALIZER_FIELD_NUMBER,
                        TensorProto.DIMS_FIELD_NUMBER));
        refused("is of more than 2097152 parts");
    }

    @Test
    void dataAndTextAreNotCounted() throws Exception {
        byte[] model =
                small()
                        .constant(Tensors.floats("w", new float[5_000_000], 5_000_000))
                        .proto(13)
                        .toBuilder()
                        .setDocString("d".repeat(100_000))
                        .addMetadataProps(
                                StringStringEntryProto.newBuilder()
                                        .setKey("names")
                                        .setValue("v".repeat(100_000)))
                        .build()
                        .toByteArray();
        Path file = file(model);
        assertDoesNotThrow(() -> OnnxModel.read(file));
        assertDoesNotThrow(() -> ModelOutline.read(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "operator", "input", "output"})
    void namesAsLongAsBooksAreRefused(String where) throws Exception {
        String book = "n".repeat(100_000);
        NodeProto.Builder node = NodeProto.newBuilder().setOpType("Relu").addInput("x");
        switch (where) {
            case "name" -> node.setName(book);
            case "operator" -> node.setOpType(book);
            case "input" -> node.setInput(0, book);
            default -> node.addOutput(book);
        }
        file(
                ModelProto.newBuilder()
                        .setGraph(GraphProto.newBuilder().addNode(node))
                        .build()
                        .toByteArray());
        refused("has a name of 100000 bytes");
    }

    @Test
    void groupsAreRefused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeTag(99, WireFormat.WIRETYPE_START_GROUP);
        out.writeTag(99, WireFormat.WIRETYPE_END_GROUP);
        out.flush();
        file(small().proto(13).toByteArray(), bytes.toByteArray());
        refused("ONNX has no groups");
    }

    @Test
    void graphsInGraphsWithoutEndAreRefused() throws Exception {
        byte[] graph = new byte[0];
        for (int i = 0; i < 2000; i++) {
            graph =
                    within(
                            graph,
                            GraphProto.NODE_FIELD_NUMBER,
                            NodeProto.ATTRIBUTE_FIELD_NUMBER,
                            AttributeProto.G_FIELD_NUMBER);
        }
        file(small().proto(13).toByteArray(), within(graph, ModelProto.GRAPH_FIELD_NUMBER));
        refused("too many levels of nesting");
    }

    @Test
    void whatIsNoFileIsRefusedAsSuch() {
        InvalidOnnxException refused =
                assertThrows(InvalidOnnxException.class, () -> OnnxModel.read(folder));
        assertTrue(refused.getMessage().contains("is a folder"), refused.getMessage());
    }

    @Test
    void twoInputsOrConstantsOfOneNameAreRefused() {
        SmallModel inputs = small().input("x", 1);
        SmallModel constants =
                small().constant(Tensors.floats("c", new float[] {1}))
                        .constant(Tensors.floats("c", new float[] {2}));
        SmallModel same =
                small().constant(Tensors.floats("c", new float[] {1}))
                        .constant(Tensors.floats("c", new float[] {1}));
        assertThrows(InvalidOnnxException.class, () -> inputs.build(13));
        assertThrows(InvalidOnnxException.class, () -> constants.build(13));
        assertDoesNotThrow(() -> same.build(13));
    }

    @Test
    void sparseConstantsWhoseDataIsMissingAreRefused() {
        ModelProto.Builder model = small().proto(13).toBuilder();
        model.getGraphBuilder()
                .addSparseInitializerBuilder()
                .addDims(4)
                .setValues(
                        TensorProto.newBuilder()
                                .setName("s")
                                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                                .addDims(2)
                                .setDataLocation(TensorProto.DataLocation.EXTERNAL))
                .setIndices(Tensors.longs("i", List.of(0L, 1L)));
        InvalidOnnxException refused =
                assertThrows(
                        InvalidOnnxException.class, () -> OnnxModel.of(model.build(), "sparse"));
        assertTrue(refused.getMessage().contains("'s' keeps its data outside"));
    }

    @Test
    void axesThatNothingHasAreRefusedBesideEmptyOnes() {
        SmallModel model =
                small().constant(
                                TensorProto.newBuilder()
                                        .setName("w")
                                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                                        .addDims(0)
                                        .addDims(1L << 62)
                                        .build());
        InvalidOnnxException refused =
                assertThrows(InvalidOnnxException.class, () -> model.build(13));
        assertTrue(refused.getMessage().contains("which no file can hold"));
    }
}
