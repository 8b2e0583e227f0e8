package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.inspect.InspectionReport.Leftover;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as TensorRT 10.15 logs them, with these models' names. */
class LeftoversTest {

    private static final int VERBOSE = 4;

    private static SmallModel model() {
        return new SmallModel()
                .input("x", 1, 4, 8, 8)
                .floats("s", new float[] {0.1f})
                .weight("w", 4, 4, 1, 1)
                .output("y");
    }

    private static SmallModel pair(SmallModel model, String tensor, String quantized) {
        return model.node("QuantizeLinear", tensor + ",s", quantized + "_q")
                .node("DequantizeLinear", quantized + "_q,s", quantized);
    }

    private static List<Leftover> leftovers(SmallModel model, String... lines) throws Exception {
        ModelLayers layers = new ModelLayers(model.build(13));
        OptimizerLog log = new OptimizerLog();
        layers.graph().nodes().forEach(n -> log.addLayer(n.getName()));
        for (String line : lines) {
            log.add(VERBOSE, line);
        }
        return new Leftovers(layers).of(log);
    }

    @Test
    void anActivationBehindPairsOfItsOwnIsLeftOver() throws Exception {
        SmallModel model = model().node("Conv", "x,w", "c");
        pair(model, "c", "c_dq").node("Relu", "c_dq", "y");
        String[] lines = {
            "Running: ActivationToPointwiseConversion on y/Relu",
            "Swap the layer type of y/Relu from ACTIVATION to POINTWISE",
            "Running: QuantizeSingleInputNodes on PWN(y/Relu)"
        };
        assertEquals(
                List.of(new Leftover("PWN(y/Relu)", "Relu", "c/Conv", List.of())),
                leftovers(model, lines));
    }

    @Test
    void anActivationThatIsAKernelAnywayIsNotLeftOver() throws Exception {
        SmallModel model = pair(model(), "x", "x_dq").node("Relu", "x_dq", "y");
        assertEquals(
                List.of(), leftovers(model, "Running: ActivationToPointwiseConversion on y/Relu"));
    }

    @Test
    void anActivationThatIsFusedLaterIsNotLeftOver() throws Exception {
        SmallModel model = model().node("Conv", "x,w", "c");
        pair(model, "c", "c_dq").node("Relu", "c_dq", "y");
        assertEquals(
                List.of(),
                leftovers(
                        model,
                        "Running: ActivationToPointwiseConversion on y/Relu",
                        "SomeFusion: Fusing c/Conv with PWN(y/Relu)"));
    }

    @Test
    void aDequantizationAndTheQuantizationBehindItAreOneKernel() throws Exception {
        SmallModel model = pair(pair(model(), "x", "a"), "a", "b").node("Conv", "b,w", "y");
        String[] fused = {"DqQFusion: Fusing a/DequantizeLinear with b_q/QuantizeLinear"};
        assertEquals(
                List.of(
                        new Leftover(
                                "a/DequantizeLinear + b_q/QuantizeLinear",
                                "DequantizeLinear",
                                "input x",
                                List.of("y/Conv"))),
                leftovers(model, fused));
        assertEquals(
                List.of(),
                leftovers(model, fused[0], "Removing a/DequantizeLinear + b_q/QuantizeLinear"));
    }

    @Test
    void aCastToWhatADequantizationReadsIsLeftOver() throws Exception {
        SmallModel model =
                model().node("Cast", "x", "i", SmallModel.integer("to", 3))
                        .node("DequantizeLinear", "i,s", "d")
                        .node("Cast", "d", "h", SmallModel.integer("to", 1))
                        .node("Conv", "h,w", "y");
        assertEquals(
                List.of(new Leftover("i/Cast", "Cast", "input x", List.of("h/Cast"))),
                leftovers(
                        model,
                        "Running: CastToCopyTransform on i/Cast",
                        "Running: CastToCopyTransform on h/Cast"));
    }
}
