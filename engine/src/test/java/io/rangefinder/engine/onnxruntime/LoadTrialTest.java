package io.rangefinder.engine.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTrialTest {

    /** {@code y = operator(x, w)} of x with 64 columns. */
    private static ModelProto model(String operator, TensorProto weight) {
        ModelProto.Builder model =
                ModelProto.newBuilder()
                        .setIrVersion(7)
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13));
        model.getGraphBuilder()
                .setName("model")
                .addNode(Nodes.of(operator, "layer", List.of("x", "w"), "y"))
                .addInitializer(weight)
                .addInput(value("x", 64))
                .addOutput(ValueInfoProto.newBuilder().setName("y"));
        return model.build();
    }

    private static ValueInfoProto value(String name, long columns) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        var tensor = value.getTypeBuilder().getTensorTypeBuilder();
        tensor.setElemType(TensorProto.DataType.FLOAT_VALUE);
        tensor.getShapeBuilder().addDimBuilder().setDimParam("batch");
        tensor.getShapeBuilder().addDimBuilder().setDimValue(columns);
        return value.build();
    }

    private static TensorProto weight(int rows) {
        return Tensors.floats("w", new float[rows * 32], rows, 32);
    }

    @Test
    void takesWhatLoads() {
        assertDoesNotThrow(() -> LoadTrial.requireLoadable(model("MatMul", weight(64)), "m.onnx"));
    }

    @Test
    void takesWeightsThatAreElsewhere() {
        TensorProto elsewhere =
                weight(64).toBuilder()
                        .clearRawData()
                        .setDataLocation(DataLocation.EXTERNAL)
                        .build();
        assertDoesNotThrow(() -> LoadTrial.requireLoadable(model("MatMul", elsewhere), "m.onnx"));
    }

    /** A weight too short and one long enough not to be handed over; shapes hold either way. */
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 65})
    void refusesAProductWhoseShapesDoNotFit(int rows) {
        InvalidOnnxException e =
                assertThrows(
                        InvalidOnnxException.class,
                        () -> LoadTrial.requireLoadable(model("MatMul", weight(rows)), "m.onnx"));
        assertTrue(e.getMessage().contains("m.onnx"), e.getMessage());
        assertTrue(e.getMessage().contains("layer"), e.getMessage());
    }

    @Test
    void refusesAnOperatorThatIsNone() {
        assertThrows(
                InvalidOnnxException.class,
                () -> LoadTrial.requireLoadable(model("Matmul", weight(64)), "m.onnx"));
    }

    @Test
    void refusesATypeWithoutKernel() {
        TensorProto flags = Tensors.bytes("w", false, new byte[64 * 64], 64, 64);
        assertThrows(
                InvalidOnnxException.class,
                () ->
                        LoadTrial.requireLoadable(
                                model("MatMul", flags.toBuilder().setDataType(9).build()),
                                "m.onnx"));
    }

    /** What is short may be a shape, on which the shapes of others depend. */
    @Test
    void readsShapes() {
        for (long columns : new long[] {8, 9}) {
            ModelProto.Builder model =
                    model("Reshape", Tensors.longs("w", List.of(-1L, 8L, columns))).toBuilder();
            model.getGraphBuilder()
                    .addInitializer(Tensors.floats("v", new float[8 * 512], 8, 512))
                    .addNode(Nodes.of("MatMul", "product", List.of("y", "v"), "z"))
                    .addOutput(ValueInfoProto.newBuilder().setName("z"));
            Executable trial = () -> LoadTrial.requireLoadable(model.build(), "m.onnx");
            if (columns == 8) {
                assertDoesNotThrow(trial);
            } else {
                assertThrows(InvalidOnnxException.class, trial);
            }
        }
    }
}
