package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.inspect.InspectionReport.Mode;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.Quantizer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real TensorRT 10.15, without a device, on the trained models and on others' quantized ones. */
@Tag("inspect")
class ExampleModelsInspectTest {

    private static final Path RESOURCES = Path.of("src/test/resources/inspect");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"resnet, 18, 16, 0", "mobilenet, 23, 21, 0", "vit, 2, 1, 17"})
    void int8ModelsEndWithAtMostOneLayerMoreThanFloat(
            String name, int floatLayers, long weighted, long inMyelin) throws Exception {
        OnnxModel model = ExampleModels.read(name);
        Path file = folder.resolve(name + ".int8.onnx");
        new Quantizer(QuantizationOptions.builder().build())
                .quantize(model, ExampleModels.minMax(model))
                .model()
                .write(file);
        InspectionReport report =
                TensorRtInspector.find().inspect(file, InspectionOptions.builder().build());
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
        assertEquals(Mode.EXPLICIT, report.mode());
        assertEquals(OptionalInt.of(floatLayers), report.floatLayersLeft());
        assertTrue(
                report.layersLeft().getAsInt() <= floatLayers + 1,
                () -> report.layersLeft() + " " + report.leftovers());
        assertEquals(weighted + inMyelin, report.layers().size());
        // In explicit mode linear layers go to Myelin, at TensorRT's own choice.
        assertTrue(report.count(Verdict.INT8) >= weighted - 1, report.layers()::toString);
        assertTrue(report.passes(), report.floatUnasked()::toString);
    }

    @ParameterizedTest
    @CsvSource({"resnet, 18", "mobilenet, 23", "vit, 2"})
    void implicitModeAcceptsEveryRangeAndLacksNone(String name, int layers) throws Exception {
        OnnxModel model = ExampleModels.read(name);
        InspectionReport report =
                TensorRtInspector.find()
                        .inspect(
                                Path.of("../examples/models", name + ".onnx"),
                                InspectionOptions.builder()
                                        .optRanges(ExampleModels.minMax(model))
                                        .build());
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
        assertEquals(Mode.IMPLICIT, report.mode());
        assertEquals(List.of(), report.refusedRanges());
        assertEquals(List.of(), report.tensorsWithoutRange());
        assertEquals(report.layers().size(), report.count(Verdict.INT8_ALLOWED));
        assertEquals(OptionalInt.of(layers), report.floatLayersLeft());
        assertEquals(OptionalInt.of(layers), report.layersLeft());
    }

    @Test
    void rangesForAModelWithQdqAreRefused() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        var ranges = ExampleModels.minMax(model);
        Path file = folder.resolve("resnet.int8.onnx");
        new Quantizer(QuantizationOptions.builder().build())
                .quantize(model, ranges)
                .model()
                .write(file);
        InspectionReport report =
                TensorRtInspector.find()
                        .inspect(file, InspectionOptions.builder().optRanges(ranges).build());
        assertTrue(report.ranges().size() > 40, report.reason());
        assertEquals(report.ranges().size(), report.refusedRanges().size());
    }

    /** A quantized bias; a scale per channel for a scalar. */
    @ParameterizedTest
    @CsvSource({
        "ort-default-resnet, fc.bias_DequantizeLinear",
        "ort-tensorrt-vit, /blocks/blocks.0/norm1/Constant_1_output_0_QuantizeLinear"
    })
    void modelsOfOnnxRuntimesQuantizerAreRejectedByName(String name, String node) throws Exception {
        InspectionReport report =
                TensorRtInspector.find()
                        .inspect(
                                RESOURCES.resolve(name + ".onnx"),
                                InspectionOptions.builder().build());
        assertEquals(Outcome.REJECTED, report.outcome());
        assertEquals(node, report.errors().get(0).node());
        assertTrue(!report.passes());
    }
}
