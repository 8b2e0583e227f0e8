package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.TensorDescription;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What needs no device: which of a plan's tensors carry the batch. */
class TensorRtBackendTest {

    private static TensorDescription tensor(String name, long... shape) {
        return new TensorDescription(name, DataType.FLOAT32, new Shape(shape));
    }

    private static BatchLayout layout(OnnxModel model) {
        return TensorRtBackend.layout(
                model,
                List.of(tensor("x", 4, 3), tensor("table", 4, 3)),
                List.of(tensor("y", 4, 3), tensor("z", 3)));
    }

    private static SmallModel model(long batch) {
        return new SmallModel()
                .input("x", batch, 3)
                .input("table", 4, 3)
                .node("Add", "x,table", "y")
                .node("ReduceSum", "table,axis", "z", SmallModel.integer("keepdims", 0));
    }

    @Test
    void openAxesTellTheBatchFromAnotherAxisOfItsLength() throws Exception {
        OnnxModel open = model(-1).output("y").output("z").build(13);
        assertEquals(new BatchLayout(4, Set.of("x", "y")), layout(open));
    }

    @Test
    void withoutAnOpenAxisLengthsTell() throws Exception {
        OnnxModel fixed = model(4).output("y").output("z").build(13);
        assertEquals(new BatchLayout(4, Set.of("x", "table", "y")), layout(fixed));
    }

    @Test
    void arraysGoByTheModelsOrderWhateverThePlans() throws Exception {
        OnnxModel model = model(4).output("y").output("z").build(13);
        assertEquals(
                List.of(tensor("y", 4, 3), tensor("z", 3)),
                TensorRtBackend.ordered(
                        List.of(tensor("z", 3), tensor("y", 4, 3)), model.outputs()));
        assertEquals(
                List.of(tensor("x", 4, 3), tensor("table", 4, 3)),
                TensorRtBackend.ordered(
                        List.of(tensor("table", 4, 3), tensor("x", 4, 3)), model.inputs()));
    }

    @Test
    void outputsKeepTheTypesThatTensorRtHasNotGot() {
        List<ValueInfoProto> declared =
                List.of(
                        declared("i", TensorProto.DataType.INT64),
                        declared("d", TensorProto.DataType.DOUBLE),
                        declared("f", TensorProto.DataType.FLOAT16));
        List<TensorDescription> outputs =
                List.of(
                        new TensorDescription("i", DataType.INT32, new Shape(1)),
                        new TensorDescription("d", DataType.FLOAT32, new Shape(1)),
                        new TensorDescription("f", DataType.FLOAT16, new Shape(1)),
                        new TensorDescription("g", DataType.FLOAT32, new Shape(1)));
        assertEquals(
                List.of(DataType.INT64, DataType.FLOAT64, DataType.FLOAT16, DataType.FLOAT32),
                TensorRtBackend.declaredTypes(outputs, declared));
    }

    private static ValueInfoProto declared(String name, TensorProto.DataType type) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        value.getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber());
        return value.build();
    }
}
