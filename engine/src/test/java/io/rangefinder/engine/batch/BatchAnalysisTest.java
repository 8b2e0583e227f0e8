package io.rangefinder.engine.batch;

import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BatchAnalysisTest {

    private static final int BATCH = 4;

    private static SmallModel model(long... shape) {
        return new SmallModel().input("x", shape);
    }

    private static BatchUse use(SmallModel model) throws Exception {
        return BatchAnalysis.of(model.output("y").build(17), List.of());
    }

    /** Models whose rows don't mix, and the axis that the batch ends up in. */
    static Stream<Arguments> apart() {
        return Stream.of(
                Arguments.of("linear", 0, model(4, 6).weight("w", 6, 3).node("MatMul", "x,w", "y")),
                Arguments.of(
                        "time first",
                        1,
                        model(4, 5, 6)
                                .node("Transpose", "x", "t", ints("perm", 1, 0, 2))
                                .weight("w", 6, 3)
                                .node("MatMul", "t,w", "y")),
                Arguments.of(
                        "merged with time and apart again",
                        0,
                        model(4, 5, 6)
                                .constant(Tensors.longs("flat", List.of(-1L, 6L)))
                                .node("Reshape", "x,flat", "f")
                                .weight("w", 6, 3)
                                .weight("b", 3)
                                .node("Gemm", "f,w,b", "g")
                                .constant(Tensors.longs("back", List.of(4L, 5L, 3L)))
                                .node("Reshape", "g,back", "y")),
                Arguments.of(
                        "rows of several elements each",
                        0,
                        model(4, 5, 6)
                                .constant(Tensors.longs("flat", List.of(-1L, 6L)))
                                .node("Reshape", "x,flat", "y")),
                Arguments.of(
                        "attention within each row",
                        0,
                        model(4, 5, 6)
                                .node("Transpose", "x", "t", ints("perm", 0, 2, 1))
                                .node("MatMul", "x,t", "s")
                                .node("Softmax", "s", "p", integer("axis", -1))
                                .node("MatMul", "p,x", "y")),
                Arguments.of(
                        "a class token for each row",
                        0,
                        model(4, 5, 6)
                                .weight("token", 1, 1, 6)
                                .constant(Tensors.longs("shape", List.of(4L, 1L, 6L)))
                                .node("Expand", "token,shape", "e")
                                .node("Concat", "e,x", "y", integer("axis", 1))),
                Arguments.of(
                        "a reduction within each row",
                        0,
                        model(4, 5, 6)
                                .node(
                                        "ReduceMean",
                                        "x",
                                        "y",
                                        ints("axes", 1),
                                        integer("keepdims", 0))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("apart")
    void rowsThatStayApartAreShownTo(String what, int axis, SmallModel model) throws Exception {
        OnnxModel onnx = model.output("y").build(13);
        BatchUse use = BatchAnalysis.of(onnx, List.of());
        assertEquals(Optional.empty(), use.obstacle());
        assertEquals(Map.of("x", 0, "y", axis), use.axes());
        assertTrue(rowsAreApart(onnx, axis), what);
    }

    /** Models whose rows mix, or whose outputs tell of the whole batch, and who is to blame. */
    static Stream<Arguments> mixing() {
        return Stream.of(
                Arguments.of(
                        "z/Softmax",
                        model(4, 6)
                                .node("Softmax", "x", "z", integer("axis", 0))
                                .node("Relu", "z", "y")),
                Arguments.of(
                        "m/ReduceMean",
                        model(4, 6)
                                .node("ReduceMean", "x", "m", ints("axes", 0))
                                .node("Sub", "x,m", "y")),
                Arguments.of(
                        "s/MatMul",
                        model(4, 6)
                                .node("Transpose", "x", "t", ints("perm", 1, 0))
                                .node("MatMul", "x,t", "s")
                                .node("MatMul", "s,x", "y")),
                Arguments.of(
                        "r/Reshape",
                        model(4, 6)
                                .constant(Tensors.longs("pairs", List.of(2L, 12L)))
                                .node("Reshape", "x,pairs", "r")
                                .node("Relu", "r", "y")),
                Arguments.of(
                        "a/Add",
                        model(4, 6)
                                .weight("each", 4, 1)
                                .node("Add", "x,each", "a")
                                .node("Relu", "a", "y")),
                Arguments.of(
                        "g/Gather",
                        model(4, 6)
                                .constant(Tensors.longs("turn", List.of(3L, 2L, 1L, 0L)))
                                .node("Gather", "x,turn", "g", integer("axis", 0))
                                .node("Relu", "g", "y")),
                Arguments.of(
                        "c/CumSum",
                        model(4, 6)
                                .constant(Tensors.longs("axis", List.of(0L)))
                                .node("Squeeze", "axis", "scalar")
                                .node("CumSum", "x,scalar", "c")
                                .node("Relu", "c", "y")),
                Arguments.of(
                        "q,s,z/DynamicQuantizeLinear",
                        model(4, 6)
                                .node("DynamicQuantizeLinear", "x", "q,s,z")
                                .node("DequantizeLinear", "q,s,z", "y")),
                Arguments.of(
                        "t/Slice",
                        model(4, 6)
                                .constant(Tensors.longs("from", List.of(3L)))
                                .constant(Tensors.longs("to", List.of(-100L)))
                                .constant(Tensors.longs("axes", List.of(0L)))
                                .constant(Tensors.longs("back", List.of(-1L)))
                                .node("Slice", "x,from,to,axes,back", "t")
                                .node("Relu", "t", "y")),
                Arguments.of(
                        "d/Div",
                        model(-1, 6)
                                .node("Shape", "x", "shape")
                                .constant(Tensors.longs("first", List.of(0L)))
                                .node("Gather", "shape,first", "n", integer("axis", 0))
                                .node("Cast", "n", "f", integer("to", 1))
                                .node("Div", "x,f", "d")
                                .node("Relu", "d", "y")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mixing")
    void whoeverMixesRowsIsNamed(String node, SmallModel model) throws Exception {
        OnnxModel onnx = model.output("y").build(13);
        String obstacle = BatchAnalysis.of(onnx, List.of()).obstacle().orElseThrow();
        assertTrue(obstacle.contains("'" + node + "'"), obstacle);
    }

    @Test
    void lengthsOfOtherAxesAreNotTheBatchs() throws Exception {
        BatchUse use =
                use(
                        model(-1, 5, 6)
                                .node("Shape", "x", "shape")
                                .constant(Tensors.longs("second", List.of(1L)))
                                .node("Gather", "shape,second", "n", integer("axis", 0))
                                .node("Cast", "n", "f", integer("to", 1))
                                .node("Div", "x,f", "y"));
        assertEquals(new BatchUse(Map.of("x", 0, "y", 0), Optional.empty()), use);
    }

    @Test
    void anOutputThatNoRowTouchesIsTheSameForAll() throws Exception {
        BatchUse use =
                BatchAnalysis.of(
                        model(4, 6)
                                .weight("scale", 1)
                                .node("Relu", "x", "y")
                                .node("Exp", "scale", "e")
                                .output("e")
                                .output("y")
                                .build(13),
                        List.of());
        assertEquals(new BatchUse(Map.of("x", 0, "y", 0), Optional.empty()), use);
    }

    @Test
    void aStateThatIsTheSameForAllRowsKeepsThemApart() throws Exception {
        assertEquals(Optional.empty(), lstm(0).obstacle());
        // Another state for each place in the batch.
        assertTrue(lstm(1).obstacle().orElseThrow().contains("LSTM"));
    }

    private static BatchUse lstm(float step) throws Exception {
        float[] state = new float[4 * 2];
        for (int i = 0; i < state.length; i++) {
            state[i] = step * i;
        }
        return use(
                model(4, 5, 6)
                        .node("Transpose", "x", "t", ints("perm", 1, 0, 2))
                        .weight("w", 1, 8, 6)
                        .weight("r", 1, 8, 2)
                        .floats("h", state, 1, 4, 2)
                        .node("LSTM", "t,w,r,,,h,h", "all,last", integer("hidden_size", 2))
                        .node("Squeeze", "last", "y"));
    }

    @Test
    void anOperatorThatIsNotKnownShowsNothing() throws Exception {
        String obstacle = use(model(4, 6, 6).node("Det", "x", "y")).obstacle().orElseThrow();
        assertTrue(obstacle.contains("(Det) is not known"), obstacle);
    }

    @Test
    void whatWasFoundIsKeptInTheModel() throws Exception {
        OnnxModel model = model(4, 6).node("Relu", "x", "y").output("y").build(13);
        BatchUse use = BatchAnalysis.of(model, List.of());
        assertEquals(use, BatchUse.of(use.writtenTo(model).metadata()).orElseThrow());
    }

    /** By running the model: a change of one row changes what is that row's in the output only. */
    private static boolean rowsAreApart(OnnxModel onnx, int axis) throws Exception {
        try (OrtModel model = OrtModel.load(onnx.toBytes(), "rows", Execution.UNOPTIMIZED, 1)) {
            Shape in = model.inputs().get(0).shape();
            assertEquals(DataType.FLOAT32, model.inputs().get(0).type());
            Random random = new Random(7);
            float[] values = new float[(int) in.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            float[] before = run(model, values, in);
            int row = values.length / BATCH;
            for (int i = 2 * row; i < 3 * row; i++) {
                values[i] += 1;
            }
            float[] after = run(model, values, in);
            Shape out = model.outputs().get(0).shape();
            int inner = (int) out.slice(axis).size() / BATCH;
            for (int i = 0; i < before.length; i++) {
                boolean changed = before[i] != after[i];
                if (changed && i / inner % BATCH != 2) {
                    return false;
                }
            }
            return !Arrays.equals(before, after);
        }
    }

    private static float[] run(OrtModel model, float[] values, Shape shape) {
        var data = model.run(List.of(NamedTensor.ofFloats("x", values, shape))).get(0).data();
        float[] result = new float[data.remaining() / Float.BYTES];
        data.asFloatBuffer().get(result);
        return result;
    }
}
