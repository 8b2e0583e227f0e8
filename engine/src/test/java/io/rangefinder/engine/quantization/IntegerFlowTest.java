package io.rangefinder.engine.quantization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Signs are followed through graphs that a stack, or a walk along each path, does not survive. */
class IntegerFlowTest {

    @Test
    void signIsFollowedThroughALongRow() throws Exception {
        SmallModel model = new SmallModel().input("x", 1, 4).node("Relu", "x", "t0");
        int length = 30_000;
        for (int i = 0; i < length; i++) {
            model.node("Identity", "t" + i, "t" + (i + 1));
        }
        OnnxGraph graph = model.output("t" + length).build(13).graph();
        assertTrue(IntegerFlow.isNonNegative(graph, "t" + length));
    }

    @Test
    void boundWithoutANumberIsNone() throws Exception {
        OnnxGraph graph =
                new SmallModel()
                        .input("x", 1, 4)
                        .floats("none", new float[0], 0)
                        .node("Clip", "x,none,none", "y")
                        .output("y")
                        .build(13)
                        .graph();
        assertEquals(Optional.empty(), IntegerFlow.upperBound(graph, "y"));
        assertFalse(IntegerFlow.isNonNegative(graph, "y"));
    }

    @Test
    void sharedSumsAreLookedAtOnce() throws Exception {
        SmallModel model =
                new SmallModel().input("x", 1, 4).node("Abs", "x", "p0").node("Neg", "x", "n0");
        int depth = 64;
        for (int i = 0; i < depth; i++) {
            model.node("Add", "p" + i + ",p" + i, "p" + (i + 1));
            model.node("Add", "n" + i + ",n" + i, "n" + (i + 1));
        }
        OnnxGraph graph =
                model.node("Add", "p" + depth + ",n" + depth, "y")
                        .output("y")
                        .output("p" + depth)
                        .build(13)
                        .graph();
        assertTrue(IntegerFlow.isNonNegative(graph, "p" + depth));
        assertFalse(IntegerFlow.isNonNegative(graph, "y"));
    }
}
