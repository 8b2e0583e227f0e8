package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.inspect.InspectionReport.Fusion;
import io.rangefinder.engine.inspect.InspectionReport.Leftover;
import io.rangefinder.engine.inspect.InspectionReport.Mode;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * What the logs of TensorRT 10.15 tell, as they were recorded of three small INT8 models; {@link
 * FakeInspector} plays them back.
 */
class RecordedLogsTest {

    private static final Path RECORDED = Path.of("src/test/resources/inspect/recorded");

    private static InspectionReport inspect(String model, String... floatLayers) throws Exception {
        InspectionOptions.Builder options = InspectionOptions.builder().optFloatGraph(false);
        for (String layer : floatLayers) {
            options.addFloatLayer(layer);
        }
        return new TensorRtInspector(ChildTest.fake(1 << 24))
                .inspect(RECORDED.resolve(model + ".onnx"), options.build());
    }

    @Test
    void aResNetsConvolutionsAreFusedAndItsLinearLayerGoesToMyelin() throws Exception {
        InspectionReport report = inspect("resnet");
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
        assertEquals(Mode.EXPLICIT, report.mode());
        assertEquals("10.15.1", report.tensorRt().orElseThrow());
        assertEquals(OptionalInt.of(124), report.networkLayers());
        assertEquals(OptionalInt.of(13), report.layersLeft());
        assertEquals(8, report.count(Verdict.INT8));
        assertEquals(1, report.count(Verdict.INT8_IN_MYELIN));
        assertTrue(report.passes());
        assertTrue(
                report.fusions()
                        .contains(
                                new Fusion(
                                        "ConvReluFusion",
                                        List.of("stem.0", "stem.2"),
                                        "stem.0 + stem.2")),
                report.fusions()::toString);
        assertEquals(
                List.of("input x", "layer2.0.relu@1"),
                report.leftovers().stream().map(Leftover::after).toList());
    }

    @Test
    void aGroupedConvolutionStaysInFloatForTheReasonThatTensorRtGives() throws Exception {
        InspectionReport report = inspect("conv1d");
        assertEquals(OptionalInt.of(52), report.layersLeft());
        assertEquals(11, report.count(Verdict.INT8));
        assertEquals(1, report.floatUnasked().size());
        InspectionReport.Layer layer = report.floatUnasked().get(0);
        assertEquals("layers.3", layer.name());
        assertTrue(layer.reason().contains("2 groups from 4 to 6 channels"), layer.reason());
        assertFalse(report.passes());
        assertTrue(inspect("conv1d", "layers.3").passes());
    }

    @Test
    void whatIsLeftOverIsToldWithItsPlace() throws Exception {
        List<Leftover> leftovers = inspect("conv1d").leftovers();
        assertTrue(
                leftovers.stream()
                        .anyMatch(
                                l ->
                                        l.operator().equals("DequantizeLinear")
                                                && l.before().contains("layers.3")),
                leftovers::toString);
    }

    @Test
    void ofMyelinsLayersOnlyTheFormIsKnown() throws Exception {
        InspectionReport report = inspect("vit");
        assertEquals(OptionalInt.of(3), report.layersLeft());
        assertEquals(1, report.count(Verdict.INT8));
        assertEquals(5, report.count(Verdict.INT8_IN_MYELIN));
        assertTrue(report.passes());
    }
}
