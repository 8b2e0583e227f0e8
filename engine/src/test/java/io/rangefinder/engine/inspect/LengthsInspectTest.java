package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.Fixture;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Quantizer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TensorRT judges a model whose lengths are open at those that capture saw. */
@Tag("inspect")
class LengthsInspectTest {

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"unet_traced", "speech_scripted", "attention_traced", "pixels_scripted"})
    void modelsWithOpenLengthsAreTakenAndOptimized(String name) throws Exception {
        Fixture fixture = Fixture.read(Path.of("src/test/resources/lengths", name + ".pt"));
        OnnxModel open =
                ModelExporter.export(fixture.archive(), fixture.captured(), ExportOptions.DEFAULT)
                        .toOnnx();
        MeasuredModel ranged = MeasuredModel.of(open, fixture.batches().get(0));
        QuantizedModel int8 =
                new Quantizer(QuantizationOptions.builder().build())
                        .quantize(ranged.model(), ranged.ranges());
        Path file = folder.resolve("int8.onnx");
        int8.model().write(file);
        InspectionReport report =
                TensorRtInspector.find().inspect(file, InspectionOptions.builder().build());
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
    }
}
