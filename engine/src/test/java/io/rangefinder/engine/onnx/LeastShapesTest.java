package io.rangefinder.engine.onnx;

import static io.rangefinder.engine.fixtures.SmallModel.body;
import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A few hundred bytes that make ONNX Runtime ask for gigabytes. The figures are worked by hand. */
class LeastShapesTest {

    private static SmallModel model() {
        return new SmallModel()
                .input("x", -1, 2)
                .input("image", -1, 2, 4, 4)
                .constant(Tensors.longs("huge", List.of(100_000L, 200_000L)))
                .constant(Tensors.longs("large", List.of(8_000L, 8_000L)))
                .constant(Tensors.longs("zero", List.of(0L)))
                .constant(Tensors.longs("count", List.of(10_000_000_000L)))
                .constant(Tensors.longs("one", List.of(1L)))
                .constant(Tensors.longs("pads", List.of(0L, 0L, 40_000L, 50_000L, 0L, 0L, 0L, 0L)))
                .constant(Tensors.longs("lengths", List.of(1L, 2L, 30_000L, 40_000L)))
                .floats("scales", new float[] {1, 1, 10_000, 20_000}, 4)
                .floats("start", new float[] {0})
                .floats("end", new float[] {1e9f})
                .floats("step", new float[] {0.5f})
                .floats("none", new float[0], 0)
                .weight("column", 40_000, 1)
                .weight("row", 1, 40_000)
                .weight("w", 2, 2, 1, 1);
    }

    private static SmallModel doubled() {
        SmallModel model = model();
        for (int i = 0; i < 40; i++) {
            String from = i == 0 ? "x" : "c" + (i - 1);
            model.node("Concat", from + "," + from, i == 39 ? "y" : "c" + i, integer("axis", 1));
        }
        return model;
    }

    static Map<String, SmallModel> asking() {
        SmallModel branch = new SmallModel().node("ConstantOfShape", "huge", "b").output("b");
        Map<String, SmallModel> models = new TreeMap<>();
        models.put("20000000000 elements of 'y'", model().node("ConstantOfShape", "huge", "y"));
        models.put(
                "20000000000 elements of 'b'",
                model().input("if", DataType.BOOL)
                        .node(
                                "If",
                                "if",
                                "y",
                                body("then_branch", branch.graph()),
                                body("else_branch", branch.graph())));
        models.put(
                "20000000000 elements of 'e'",
                model().node("Expand", "x,huge", "e").node("Relu", "e", "y"));
        models.put("40000000000 elements of 'y'", model().node("Tile", "x,huge", "y"));
        models.put(
                "2000000000 elements of 'f'",
                model().node("Range", "start,end,step", "f").node("Relu", "f", "y"));
        models.put("10000000000 elements of 'y'", model().node("ConstantOfShape", "count", "y"));
        models.put("1600000000 elements of 'y'", model().node("MatMul", "column,row", "y"));
        models.put(
                "1600000000 elements of 'a'",
                model().node("Add", "column,row", "a").node("Relu", "a", "y"));
        models.put("4000720032 elements of 'y'", model().node("Pad", "image,pads", "y"));
        models.put(
                "2400000000 elements of 'y'",
                model().node("Resize", "image,none,none,lengths", "y"));
        models.put("6400000000 elements of 'y'", model().node("Resize", "image,none,scales", "y"));
        models.put(
                "12801280032 elements of 'y'",
                model().node("Conv", "image,w", "y", ints("pads", 40_000, 40_000, 40_000, 40_000)));
        models.put(
                "1800120002 elements of 'y'",
                model().node("ConvTranspose", "image,w", "y", ints("strides", 10_000, 10_000)));
        models.put("elements of 'c2", doubled());
        return models;
    }

    static Stream<String> figures() {
        return asking().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("figures")
    void whatIsMadeOfNothingIsRefusedBeforeItIsMade(String figure) {
        byte[] model = asking().get(figure).output("y").proto(13).toByteArray();
        InvalidOnnxException refused =
                assertThrows(
                        InvalidOnnxException.class,
                        () -> OrtModel.load(model, "m", Execution.INTEGER, 1));
        assertTrue(refused.getMessage().contains(figure), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
    }

    /** A mask of 8,000 by 8,000 is what a long text asks for; larger images follow their inputs. */
    @Test
    void whatNetworksMakeIsLetThrough() throws Exception {
        SmallModel mask = model().node("ConstantOfShape", "large", "y").output("y");
        assertDoesNotThrow(() -> ShapeCheck.check(mask.proto(13), "m"));
        SmallModel image =
                new SmallModel()
                        .input("x", 1, 3, 2160, 3840)
                        .weight("w", 64, 3, 3, 3)
                        .node("Conv", "x,w", "y", ints("pads", 1, 1, 1, 1))
                        .output("y");
        assertDoesNotThrow(() -> ShapeCheck.check(image.proto(13), "m"));
    }
}
