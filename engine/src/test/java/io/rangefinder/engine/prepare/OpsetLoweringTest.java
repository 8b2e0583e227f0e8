package io.rangefinder.engine.prepare;

import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static io.rangefinder.engine.fixtures.SmallModel.string;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.fixtures.Computed;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected values are ONNX Runtime's of the model as given. */
class OpsetLoweringTest {

    private static SmallModel image() {
        return new SmallModel().input("x", 2, 3, 5, 4).output("y");
    }

    private static void assertLowered(SmallModel model, long from) throws Exception {
        OnnxModel given = model.build(from);
        OnnxModel prepared = Preparation.prepare(given);
        assertEquals(17, prepared.opset());
        Computed.assertSame(given, prepared, 1e-6);
        assertEquals(given.outputs(), prepared.outputs());
    }

    private static void assertKept(SmallModel model, long opset) throws Exception {
        assertEquals(opset, Preparation.prepare(model.build(opset)).opset());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ReduceL1",
                "ReduceL2",
                "ReduceLogSumExp",
                "ReduceMax",
                "ReduceMean",
                "ReduceMin",
                "ReduceProd",
                "ReduceSum",
                "ReduceSumSquare"
            })
    void axesOfReductionsBecomeAttributes(String operator) throws Exception {
        for (long from : new long[] {18, 20, 21}) {
            assertLowered(
                    image().constant(Tensors.longs("axes", List.of(-1L, 2L)))
                            .node(operator, "x,axes", "y", integer("keepdims", 0)),
                    from);
            assertLowered(image().node(operator, "x", "y"), from);
        }
    }

    @Test
    void noAxesAreAllOrNone() throws Exception {
        SmallModel none = image().constant(Tensors.longs("axes", List.of()));
        none.node("ReduceMean", "x,axes", "y", integer("noop_with_empty_axes", 1));
        assertLowered(none, 18);
        SmallModel all = image().constant(Tensors.longs("axes", List.of()));
        assertLowered(all.node("ReduceMean", "x,axes", "y"), 18);
    }

    @Test
    void axesThatVaryKeepTheOpset() throws Exception {
        SmallModel model = image().input("axes", DataType.INT64, 1);
        assertKept(model.node("ReduceMean", "x,axes", "y"), 18);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, -1})
    void numbersOfPartsBecomeLengths(int axis) throws Exception {
        assertLowered(
                image().output("z")
                        .node(
                                "Split",
                                "x",
                                "y,z",
                                integer("axis", axis),
                                integer("num_outputs", 2)),
                18);
    }

    @Test
    void partsOfAnOpenAxisKeepTheOpset() throws Exception {
        SmallModel model = new SmallModel().input("x", 2, -1).output("y").output("z");
        model.node("Split", "x", "y,z", integer("axis", 1), integer("num_outputs", 2));
        assertKept(model, 18);
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "reflect", "edge"})
    void padsOfSomeAxesBecomePadsOfAll(String mode) throws Exception {
        SmallModel model =
                image().constant(Tensors.longs("pads", List.of(1L, 2L, 0L, 1L)))
                        .constant(Tensors.longs("axes", List.of(3L, -2L)));
        assertLowered(model.node("Pad", "x,pads,,axes", "y", string("mode", mode)), 18);
    }

    @Test
    void paddingAroundKeepsTheOpset() throws Exception {
        SmallModel model =
                image().constant(Tensors.longs("pads", List.of(0L, 0L, 0L, 1L, 0L, 0L, 0L, 1L)));
        assertKept(model.node("Pad", "x,pads", "y", string("mode", "wrap")), 19);
    }

    @Test
    void resizesOfSomeAxesBecomeResizesOfAll() throws Exception {
        SmallModel some = image().floats("scales", new float[] {2, 3}, 2);
        some.node("Resize", "x,,scales", "y", ints("axes", 3, 2), integer("antialias", 0));
        assertLowered(some, 18);
        SmallModel all = image().constant(Tensors.longs("sizes", List.of(2L, 3L, 10L, 6L)));
        all.node(
                "Resize",
                "x,,,sizes",
                "y",
                string("mode", "linear"),
                string("keep_aspect_ratio_policy", "stretch"));
        assertLowered(all, 19);
    }

    @Test
    void antialiasingAndNewOperatorsKeepTheOpset() throws Exception {
        SmallModel smooth = image().floats("scales", new float[] {1, 1, .5f, .5f}, 4);
        smooth.node("Resize", "x,,scales", "y", string("mode", "linear"), integer("antialias", 1));
        assertKept(smooth, 18);
        assertKept(image().node("Gelu", "x", "y"), 20);
        assertKept(image().node("Mish", "x", "y"), 18);
    }

    @Test
    void windowsWithoutHolesAreLowered() throws Exception {
        SmallModel plain = image();
        plain.node("AveragePool", "x", "y", ints("kernel_shape", 2, 2), ints("dilations", 1, 1));
        assertLowered(plain, 19);
        SmallModel holes = image();
        holes.node("AveragePool", "x", "y", ints("kernel_shape", 2, 2), ints("dilations", 2, 1));
        assertKept(holes, 19);
    }

    @Test
    void modesOfGridSampleHaveTheirOldNames() throws Exception {
        for (String mode : new String[] {"linear", "cubic", "nearest"}) {
            SmallModel model = image().input("grid", 2, 3, 3, 2);
            assertLowered(model.node("GridSample", "x,grid", "y", string("mode", mode)), 20);
        }
    }
}
