package io.rangefinder.engine.quantization;

import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.NodeProto.Builder;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.fixtures.Computed;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuPlacementTest {

    private static QuantizedModel quantize(
            OnnxModel model, Map<String, Double> amaxes, Target target, String... forced)
            throws Exception {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        amaxes.forEach((name, amax) -> ranges.add(name, new DynamicRange(amax)));
        QuantizationOptions.Builder options = QuantizationOptions.builder().optTarget(target);
        List.of(forced).forEach(options::addInt8Layer);
        return new Quantizer(options.build()).quantize(model, ranges.build());
    }

    private static boolean isRounded(OnnxGraph graph, String tensor) {
        return graph.consumers(tensor).stream().anyMatch(n -> Nodes.is(n, "QuantizeLinear"));
    }

    /** A spectrum: a convolution, its power, and a logarithm, which small values decide. */
    private static OnnxModel spectrum() throws Exception {
        return new SmallModel()
                .input("x", 1, 1, 64)
                .weight("w", 8, 1, 8)
                .floats("two", new float[] {2}, 1)
                .floats("little", new float[] {1e-4f}, 1)
                .node("Conv", "x,w", "c", ints("strides", 4))
                .node("Pow", "c,two", "p")
                .node("Add", "p,little", "s")
                .node("Log", "s", "y")
                .output("y")
                .build(13);
    }

    private static final Map<String, Double> SPECTRUM =
            Map.of("x", 4.0, "c", 40.0, "p", 1600.0, "s", 1600.0);

    @Test
    void convolutionThatIsReadInFloatIsRoundedNoMoreThanForTensorRt() throws Exception {
        QuantizedModel cpu = quantize(spectrum(), SPECTRUM, Target.CPU);
        double error = error(spectrum(), cpu.model());
        double tensorRt =
                error(spectrum(), quantize(spectrum(), SPECTRUM, Target.TENSORRT).model());
        assertTrue(error < 1.01 * tensorRt, error + " " + tensorRt);
        String report = cpu.coverage().toText();
        assertTrue(report.startsWith("1 of 1 layers in INT8\n1 of these compute in float"), report);
        QuantizedModel forced = quantize(spectrum(), SPECTRUM, Target.CPU, "c");
        assertTrue(isRounded(forced.model().graph(), "c"));
        assertTrue(error(spectrum(), forced.model()) > 2 * tensorRt);
        assertEquals("1 of 1 layers in INT8", forced.coverage().toText());
    }

    private static double error(OnnxModel model, OnnxModel int8) throws Exception {
        float[] expected = Computed.of(model).get(0);
        float[] actual = Computed.of(int8).get(0);
        double squares = 0;
        for (int i = 0; i < expected.length; i++) {
            squares += Math.pow(expected[i] - actual[i], 2);
        }
        return Math.sqrt(squares / expected.length);
    }

    @ParameterizedTest
    @CsvSource({
        "Relu, true",
        "HardSwish, true",
        "Tanh, true",
        "Neg, false",
        "Exp, false",
        "Sqrt, false",
    })
    void convolutionGivesIntegersBeforeAnActivationThatLeadsToALayer(
            String operator, boolean rounded) throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4, 6, 6)
                        .weight("w", 4, 4, 1, 1)
                        .node("Conv", "x,w", "c")
                        .node(operator, "c", "r")
                        .node("Conv", "r,w", "d")
                        .node("Exp", "d", "y")
                        .output("y")
                        .build(14);
        OnnxGraph graph =
                quantize(model, Map.of("x", 4.0, "c", 4.0, "r", 4.0, "d", 4.0), Target.CPU)
                        .model()
                        .graph();
        String written = operator.equals("Relu") ? "r" : "c";
        assertEquals(rounded, isRounded(graph, written));
        assertTrue(isRounded(graph, "r"), "what a layer reads");
        assertTrue(!isRounded(graph, "d"), "what Exp reads");
    }

    /** Cut off at its own range, a maximum is the same. */
    @Test
    void whatOnlyAPoolingReadsIsOfThePoolingsRange() throws Exception {
        SmallModel small =
                new SmallModel()
                        .input("x", 1, 4, 6, 6)
                        .weight("w", 4, 4, 1, 1)
                        .node("Conv", "x,w", "c")
                        .node(
                                "MaxPool",
                                "c",
                                "p",
                                ints("kernel_shape", 2, 2),
                                ints("strides", 2, 2))
                        .node("Conv", "p,w", "d")
                        .node("Exp", "d", "y")
                        .output("y");
        Map<String, Double> ranges = Map.of("x", 4.0, "c", 40.0, "p", 4.0, "d", 4.0);
        assertEquals(4.0, amax(quantize(small.build(13), ranges, Target.CPU), "c"), 1e-4);
        OnnxModel readBeside = small.node("Exp", "c", "z").output("z").build(13);
        assertEquals(40.0, amax(quantize(readBeside, ranges, Target.CPU), "c"), 1e-4);
    }

    private static double amax(QuantizedModel model, String tensor) throws Exception {
        OnnxGraph graph = model.model().graph();
        Builder q =
                graph.consumers(tensor).stream()
                        .filter(n -> Nodes.is(n, "QuantizeLinear"))
                        .findFirst()
                        .orElseThrow();
        return Tensors.floats(graph.constant(q.getInput(1)).orElseThrow())[0] * 127;
    }
}
