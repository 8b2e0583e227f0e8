package io.rangefinder.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.SmallModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticBatchTest {

    private static List<Long> lengths(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .map(d -> d.hasDimValue() ? d.getDimValue() : -1)
                .toList();
    }

    private static void declare(ValueInfoProto.Builder value, String name, String... lengths) {
        TensorShapeProto.Builder shape =
                value.setName(name)
                        .getTypeBuilder()
                        .getTensorTypeBuilder()
                        .setElemType(1)
                        .getShapeBuilder();
        for (String length : lengths) {
            if (length.chars().allMatch(Character::isDigit) && !length.isEmpty()) {
                shape.addDimBuilder().setDimValue(Long.parseLong(length));
            } else {
                shape.addDimBuilder().setDimParam(length);
            }
        }
    }

    private static OnnxModel relu(String... input) throws InvalidOnnxException {
        ModelProto.Builder model =
                new SmallModel().node("Relu", "x", "y").output("y").proto(13).toBuilder();
        declare(model.getGraphBuilder().addInputBuilder(), "x", input);
        return OnnxModel.of(model.build(), "relu.onnx");
    }

    @Test
    void everyShapeOfTheExampleModelsIsFixed() throws Exception {
        for (String name : List.of("resnet", "mobilenet", "vit")) {
            OnnxModel fixed = StaticBatch.fix(ExampleModels.read(name), 8);
            assertEquals(List.of(8L, 1L, 28L, 28L), lengths(fixed.inputs().get(0)), name);
            assertEquals(List.of(8L, 10L), lengths(fixed.outputs().get(0)), name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "batch, 6",
        "2*batch, 12",
        "batch+1, 7",
        "3*batch-2, 16",
        "other, -1",
        "batch_size, -1",
        "99999999999*batch, -1"
    })
    void lengthsOfTheExporterAreComputedAndOthersLeftUnsaid(String written, long expected)
            throws Exception {
        ModelProto.Builder model = relu("batch", "4").proto().toBuilder();
        declare(model.getGraphBuilder().addValueInfoBuilder(), "inner", written, "4");
        OnnxModel fixed = StaticBatch.fix(OnnxModel.of(model.build(), "relu.onnx"), 6);
        assertEquals(
                List.of(expected, 4L), lengths(fixed.proto().getGraph().getValueInfo(0)), written);
    }

    @Test
    void nodesAndWeightsStayAsTheyAre() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        OnnxModel fixed = StaticBatch.fix(model, 3);
        assertEquals(
                model.proto().getGraph().getNodeList(), fixed.proto().getGraph().getNodeList());
        assertEquals(
                model.proto().getGraph().getInitializerList(),
                fixed.proto().getGraph().getInitializerList());
        assertEquals(model.proto().getMetadataPropsList(), fixed.proto().getMetadataPropsList());
    }

    @Test
    void namelessBatchIsFixedToo() throws Exception {
        assertEquals(List.of(2L, 4L), lengths(StaticBatch.fix(relu("", "4"), 2).inputs().get(0)));
    }

    @Test
    void modelOfThatBatchIsReturnedAsItIs() throws Exception {
        OnnxModel model = relu("5", "4");
        assertSame(model, StaticBatch.fix(model, 5));
    }

    @Test
    void modelOfAnotherBatchIsRefusedWithBothLengths() throws Exception {
        OnnxModel model = relu("5", "4");
        Exception e = assertThrows(InvalidOnnxException.class, () -> StaticBatch.fix(model, 8));
        assertTrue(e.getMessage().contains("input 'x' takes batches of 5 only, not of 8; "));
    }

    @Test
    void anotherOpenAxisIsRefusedByName() throws Exception {
        OnnxModel model = relu("batch", "sequence");
        Exception e = assertThrows(InvalidOnnxException.class, () -> StaticBatch.fix(model, 8));
        assertTrue(
                e.getMessage().contains("input 'x' may have any length along axis 1 (sequence); "),
                e.getMessage());
    }

    @Test
    void inputWithoutAShapeIsRefused() throws Exception {
        ModelProto.Builder model =
                new SmallModel().node("Relu", "x", "y").output("y").proto(13).toBuilder();
        model.getGraphBuilder()
                .addInputBuilder()
                .setName("x")
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(1);
        OnnxModel open = OnnxModel.of(model.build(), "relu.onnx");
        Exception e = assertThrows(InvalidOnnxException.class, () -> StaticBatch.fix(open, 8));
        assertTrue(e.getMessage().contains("input 'x' declares no shape; "), e.getMessage());
    }

    @Test
    void emptyBatchIsRefused() throws Exception {
        OnnxModel model = relu("batch", "4");
        assertThrows(IllegalArgumentException.class, () -> StaticBatch.fix(model, 0));
    }
}
