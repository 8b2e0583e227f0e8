package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Quantizer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real TensorRT 10.15, without a device, on graphs whose placement of Q/DQ is hard. */
@Tag("inspect")
class PlacementInspectTest {

    private static final Path RESOURCES = Path.of("src/test/resources/placement");

    @TempDir Path folder;

    /** The number of layers of the float graph, those of INT8 at most, and those that are INT8. */
    @ParameterizedTest
    @CsvSource({
        // Two conversions more: of the input, and between ranges that are far apart.
        "joined, 4, 8, 5",
        "joined-far, 4, 8, 5",
        "focus, 9, 10, 2",
        // The input's conversion, and one for both parts.
        "stride2, 4, 6, 2",
        "rm13, 3, 4, 2",
        "rm18, 3, 4, 2",
        "g_bn, 3, 4, 3",
        "g_res, 3, 4, 3",
        // Normalizations that read float, behind convolutions that can't write it.
        "c3_unet, 10, 10, 0",
        // The input's conversion, and one before the pooling, which a mean is written as.
        "r3d, 9, 9, 6",
        // Regions of pooling, gate and sum; a Q before the last convolution.
        "gated-sum, 14, 14, 6",
        "gated-sum-mean, 14, 14, 6",
        // The input's conversion only.
        "joined-sum, 12, 13, 8",
        "parted-sum, 14, 14, 8",
    })
    void layersThatAreLeft(String name, int floatLayers, int most, int int8) throws Exception {
        OnnxModel model = OnnxModel.read(RESOURCES.resolve(name + ".onnx"));
        DynamicRanges ranges = RangeFiles.read(RESOURCES.resolve(name + ".txt"));
        assertLeft(model, ranges, floatLayers, most, int8, List.of());
    }

    /** Twice as many layers, and a coarse output: only for those who ask for it. */
    @Test
    void convolutionsInThreeDimensionsAreForcedAtTheModelsEnd() throws Exception {
        OnnxModel model = OnnxModel.read(RESOURCES.resolve("c3_end.onnx"));
        DynamicRanges ranges = RangeFiles.read(RESOURCES.resolve("c3_end.txt"));
        assertLeft(model, ranges, 2, 2, 0, List.of());
        assertLeft(model, ranges, 3, 4, 2, List.of("c0_node", "mid"));
    }

    private void assertLeft(
            OnnxModel model,
            DynamicRanges ranges,
            int floatLayers,
            int most,
            int int8,
            List<String> forced)
            throws Exception {
        QuantizationOptions.Builder quantization = QuantizationOptions.builder();
        forced.forEach(quantization::addInt8Layer);
        QuantizedModel quantized = new Quantizer(quantization.build()).quantize(model, ranges);
        Path file = folder.resolve("model.int8.onnx");
        quantized.model().write(file);
        InspectionOptions.Builder options = InspectionOptions.builder();
        quantized.coverage().layers().stream()
                .filter(l -> l.leftInFloat().isPresent())
                .forEach(l -> options.addFloatLayer(l.name()));
        InspectionReport report = TensorRtInspector.find().inspect(file, options.build());
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
        assertEquals(OptionalInt.of(floatLayers), report.floatLayersLeft());
        assertTrue(
                report.layersLeft().getAsInt() <= most,
                () -> report.layersLeft() + " " + report.leftovers());
        assertEquals(int8, report.count(Verdict.INT8) + report.count(Verdict.INT8_IN_MYELIN));
        assertEquals(int8, quantized.coverage().int8Layers(), quantized.coverage().toText());
    }
}
