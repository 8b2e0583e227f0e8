package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.export.Fixture;
import io.rangefinder.engine.inspect.InspectionReport.Mode;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Quantizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Real TensorRT 10.15, without a device, on every fixture of the exporter that has a weight. */
@Tag("inspect")
class FixturesInspectTest {

    @TempDir Path folder;

    @TestFactory
    Stream<DynamicTest> int8ModelsAreAcceptedAndEveryWeightedLayerIsInt8() throws Exception {
        return Fixture.exportable(13).stream()
                .map(a -> DynamicTest.dynamicTest(name(a), () -> inspectQuantized(a)));
    }

    private void inspectQuantized(Path archive) throws Exception {
        RangedModel model = RangedModel.export(archive);
        QuantizedModel quantized =
                new Quantizer(QuantizationOptions.builder().build())
                        .quantize(model.model(), model.ranges());
        if (quantized.coverage().layers().isEmpty()) {
            return;
        }
        InspectionOptions.Builder options = InspectionOptions.builder();
        quantized.coverage().layers().stream()
                .filter(l -> l.leftInFloat().isPresent())
                .forEach(l -> options.addFloatLayer(l.name()));
        Path file = folder.resolve(name(archive) + ".onnx");
        quantized.model().write(file);
        InspectionReport report = TensorRtInspector.find().inspect(file, options.build());
        System.out.println("EXPLICIT " + name(archive) + " " + report.outcome() + " " + report.reason() + " left " + report.layersLeft() + " float " + report.floatLayersLeft() + " int8 " + report.count(Verdict.INT8) + " myelin " + report.count(Verdict.INT8_IN_MYELIN) + " float " + report.floatUnasked() + " leftovers " + report.leftovers());
        Path plain = folder.resolve(name(archive) + ".float.onnx");
        model.model().write(plain);
        report = TensorRtInspector.find().inspect(plain, InspectionOptions.builder().optRanges(model.ranges()).build());
        System.out.println("IMPLICIT " + name(archive) + " " + report.outcome() + " " + report.reason() + " left " + report.layersLeft() + " float " + report.floatLayersLeft() + " ranges " + report.ranges().size() + " refused " + report.refusedRanges() + " none " + report.tensorsWithoutRange() + " float " + report.floatUnasked());
    }

    private static String name(Path archive) {
        return archive.getFileName().toString().replaceFirst("\\.pt$", "");
    }
}
