package io.rangefinder.engine.backend.tensorrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.engine.batch.BatchAnalysis;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.TensorDescription;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What needs no device: which of a plan's tensors carry the batch. */
class TensorRtBackendTest {

    private static TensorDescription tensor(String name, long... shape) {
        return new TensorDescription(name, DataType.FLOAT32, new Shape(shape));
    }

    private static BatchLayout layout(OnnxModel model) throws Exception {
        return TensorRtBackend.layout(
                BatchAnalysis.of(model, List.of()),
                List.of(tensor("x", 4, 3), tensor("table", 4, 3)),
                List.of(tensor("y", 4, 3), tensor("z", 3)));
    }

    private static SmallModel model(long batch) {
        return new SmallModel()
                .input("x", batch, 3)
                .input("table", 4, 3)
                .node("Add", "x,table", "y")
                .constant(Tensors.longs("axis", List.of(0L)))
                .node("ReduceSum", "table,axis", "z", SmallModel.integer("keepdims", 0));
    }

    @Test
    void anOpenAxisIsTheBatchAndATableOfItsLengthIsNot() throws Exception {
        BatchLayout layout = layout(model(-1).output("y").output("z").build(13));
        assertEquals(Map.of("x", 0), layout.axes());
        // Each place in the batch gets a row of the table: other batches would be wrong.
        assertTrue(layout.obstacle().isPresent());
    }

    @Test
    void whatIsReducedOverTheBatchIsAnObstacle() throws Exception {
        BatchLayout layout = layout(model(4).output("y").output("z").build(13));
        assertEquals(Map.of("x", 0, "table", 0), layout.axes());
        String obstacle = layout.obstacle().orElseThrow();
        assertTrue(obstacle.contains("'z/ReduceSum'"), obstacle);
    }

    @Test
    void aPlanHasTheCapturedBatchWhereItMayNotBeSplit() throws Exception {
        OnnxModel mixing =
                new SmallModel()
                        .input("x", -1, 3)
                        .node("Softmax", "x", "y", SmallModel.integer("axis", 0))
                        .output("y")
                        .build(13);
        assertEquals(8, batchOfPlan(mixing));
        OnnxModel apart =
                new SmallModel().input("x", -1, 3).node("Relu", "x", "y").output("y").build(13);
        // Open still: a plan of 1, which is split.
        assertEquals(0, batchOfPlan(apart));
    }

    private static long batchOfPlan(OnnxModel model) throws Exception {
        DynamicRanges ranges =
                DynamicRanges.builder()
                        .optProvenance(
                                new Provenance(
                                        Optional.empty(),
                                        List.of(
                                                new InputDescription(
                                                        "x", "float32", List.of(8L, 3L))),
                                        8,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()))
                        .build();
        return TensorRtBackend.withWholeBatch(
                        model,
                        BatchAnalysis.of(model, List.of()),
                        ranges,
                        PlanOptions.builder().build())
                .inputs()
                .get(0)
                .getType()
                .getTensorType()
                .getShape()
                .getDim(0)
                .getDimValue();
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
