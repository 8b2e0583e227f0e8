package io.rangefinder.engine.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForeseenOutputsTest {

    private static OrtModel load(SmallModel model) throws Exception {
        return load(model.proto(13));
    }

    private static OrtModel load(ModelProto model) throws Exception {
        return OrtModel.load(model.toByteArray(), "small model", Execution.INTEGER, 1);
    }

    /** Says of an output what ONNX Runtime can't find out: its axes are those of the input. */
    private static ModelProto saying(SmallModel model, String output) {
        ModelProto.Builder proto = model.proto(13).toBuilder();
        proto.getGraphBuilder()
                .setOutput(0, proto.getGraph().getInput(0).toBuilder().setName(output).build());
        return proto.build();
    }

    private static List<NamedTensor> rows(float... values) {
        return List.of(NamedTensor.ofFloats("a", values, new Shape(1, values.length)));
    }

    @Test
    void resultsAreWrittenIntoWhatWasMadeForThem() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("a", -1, 2)
                        .node("Add", "a,a", "b")
                        .node("Transpose", "b", "c", SmallModel.ints("perm", 1, 0))
                        .output("c")
                        .output("b");
        List<NamedTensor> inputs =
                List.of(NamedTensor.ofFloats("a", new float[] {1, 2, 3, 4, 5, 6}, new Shape(3, 2)));
        try (OrtModel loaded = load(model)) {
            List<NamedTensor> results = loaded.foresee(inputs).orElseThrow();
            assertEquals(new Shape(2, 3), results.get(0).shape());
            assertEquals(new Shape(3, 2), results.get(1).shape());
            assertTrue(loaded.runInto(inputs, results));
            float[] transposed = {2, 6, 10, 4, 8, 12};
            assertArrayEquals(transposed, results.get(0).toFloats());
            assertArrayEquals(new float[] {2, 4, 6, 8, 10, 12}, results.get(1).toFloats());

            loaded.run(List.of(NamedTensor.ofFloats("a", new float[2], new Shape(1, 2))));
            assertArrayEquals(transposed, results.get(0).toFloats(), "a later run left it alone");
        }
    }

    @Test
    void modelThatTellsOtherShapesThanItGivesIsRunAndNotAskedAgain() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("a", -1, -1)
                        .node("Greater", "a,zero", "wanted")
                        .node("Squeeze", "wanted,first", "flat")
                        .node("Compress", "a,flat", "b", SmallModel.integer("axis", 1))
                        .floats("zero", new float[] {0})
                        .constant(Tensors.longs("first", List.of(0L)))
                        .output("b");
        try (OrtModel loaded = load(saying(model, "b"))) {
            List<NamedTensor> all = rows(5, 7);
            assertArrayEquals(new float[] {5, 7}, loaded.run(all).get(0).toFloats());
            assertTrue(loaded.foresee(all).isPresent());

            List<NamedTensor> some = rows(5, -1, 7);
            assertFalse(loaded.runInto(some, loaded.foresee(some).orElseThrow()));
            NamedTensor result = loaded.run(some).get(0);
            assertEquals(new Shape(1, 2), result.shape());
            assertArrayEquals(new float[] {5, 7}, result.toFloats());
            assertTrue(loaded.foresee(all).isEmpty());
        }
    }

    @Test
    void failureIsReportedAndLeavesTheForesight() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("a", TensorProto.DataType.INT64, -1)
                        .node("Gather", "table,a", "b")
                        .floats("table", new float[] {10, 20, 30}, 3)
                        .output("b");
        try (OrtModel loaded = load(model)) {
            List<NamedTensor> beyond =
                    List.of(NamedTensor.ofLongs("a", new long[] {7}, new Shape(1)));
            assertThrows(EngineException.class, () -> loaded.run(beyond));
            List<NamedTensor> within =
                    List.of(NamedTensor.ofLongs("a", new long[] {2, 0}, new Shape(2)));
            assertTrue(loaded.foresee(within).isPresent());
            assertArrayEquals(new float[] {30, 10}, loaded.run(within).get(0).toFloats());
        }
    }

    @Test
    void axesThatNobodyNamesAreNotForeseen() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("a", -1, 2)
                        .node("NonZero", "a", "b")
                        .node("Cast", "b", "c", SmallModel.integer("to", 1))
                        .output("c");
        List<NamedTensor> inputs = rows(0, 3);
        try (OrtModel loaded = load(model)) {
            assertTrue(loaded.foresee(inputs).isEmpty());
            assertArrayEquals(new float[] {0, 1}, loaded.run(inputs).get(0).toFloats());
        }
    }

    @Test
    void inputsAndConstantsMayBeOutputs() throws Exception {
        SmallModel passing =
                new SmallModel().input("a", -1, 2).node("Relu", "a", "b").output("b").output("a");
        try (OrtModel loaded = load(passing)) {
            List<NamedTensor> results = loaded.run(rows(-4, 3));
            assertArrayEquals(new float[] {0, 3}, results.get(0).toFloats());
            assertArrayEquals(new float[] {-4, 3}, results.get(1).toFloats());
        }
        SmallModel constant =
                new SmallModel()
                        .input("a", -1, 2)
                        .floats("c", new float[] {8, 9}, 2)
                        .node("Relu", "a", "b")
                        .node("Identity", "a", "same")
                        .output("b")
                        .output("c")
                        .output("same");
        try (OrtModel loaded = load(constant)) {
            List<NamedTensor> results = loaded.run(rows(-4, 3));
            assertArrayEquals(new float[] {8, 9}, results.get(1).toFloats());
            assertArrayEquals(new float[] {-4, 3}, results.get(2).toFloats());
        }
    }

    @Test
    void noRowsGiveNoRows() throws Exception {
        SmallModel model = new SmallModel().input("a", -1, 2).node("Relu", "a", "b").output("b");
        List<NamedTensor> none = List.of(NamedTensor.ofFloats("a", new float[0], new Shape(0, 2)));
        try (OrtModel loaded = load(model)) {
            assertTrue(loaded.foresee(none).isEmpty());
            assertEquals(new Shape(0, 2), loaded.run(none).get(0).shape());
            assertTrue(loaded.foresee(rows(1, 2)).isPresent());
        }
    }

    @Test
    void threadsDoNotShareResults() throws Exception {
        SmallModel model = new SmallModel().input("a", -1, 2).node("Add", "a,a", "b").output("b");
        try (OrtModel loaded = load(model)) {
            IntStream.range(0, 200)
                    .parallel()
                    .forEach(
                            i ->
                                    assertArrayEquals(
                                            new float[] {2 * i, 4 * i},
                                            loaded.run(rows(i, 2 * i)).get(0).toFloats()));
        }
    }
}
