package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.export.Fixture;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Quantizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real TensorRT 10.15, without a device, on every fixture of the exporter that has a weight. */
@Tag("inspect")
@Execution(ExecutionMode.CONCURRENT)
class FixturesInspectTest {

    /** Float or INT8, TensorRT can't judge these: by name, and by what it says. */
    private static final Map<String, String> FLOAT_FAILS =
            Map.of(
                    // Products of whole numbers.
                    "matmul_rare", "unsupported input type of INT64",
                    // A normalization whose constants it wants to compute on a device.
                    "batch_norm_folding", "on a device",
                    // It has no bytes between layers, and no integers of 16 bits.
                    "bytes", "legalUINT8",
                    "chars", "Unsupported data type for the Cast");

    @TempDir Path folder;

    @TestFactory
    Stream<DynamicTest> int8ModelsAreAcceptedAndEveryWeightedLayerIsInt8() throws Exception {
        return Fixture.exportable(13).stream()
                .map(a -> DynamicTest.dynamicTest(name(a), () -> inspectQuantized(a)));
    }

    @TestFactory
    Stream<DynamicTest> everyRangeIsAcceptedAndNoTensorIsWithoutOne() throws Exception {
        return Fixture.exportable(13).stream()
                .map(a -> DynamicTest.dynamicTest(name(a), () -> inspectRanges(a)));
    }

    private void inspectQuantized(Path archive) throws Exception {
        MeasuredModel model = MeasuredModel.export(archive);
        QuantizedModel quantized =
                new Quantizer(QuantizationOptions.builder().build())
                        .quantize(model.model(), model.ranges());
        if (quantized.coverage().layers().isEmpty()) {
            return;
        }
        InspectionOptions.Builder options = InspectionOptions.builder().optFloatGraph(false);
        quantized.coverage().layers().stream()
                .filter(l -> l.leftInFloat().isPresent())
                .forEach(l -> options.addFloatLayer(l.name()));
        Path file = folder.resolve(name(archive) + ".int8.onnx");
        quantized.model().write(file);
        InspectionReport report = TensorRtInspector.find().inspect(file, options.build());
        String family = name(archive).replaceFirst("_(traced|scripted)$", "");
        if (FLOAT_FAILS.containsKey(family)) {
            fails(report, FLOAT_FAILS.get(family));
            Path plain = folder.resolve(name(archive) + ".onnx");
            model.model().write(plain);
            fails(
                    TensorRtInspector.find().inspect(plain, InspectionOptions.builder().build()),
                    FLOAT_FAILS.get(family));
            return;
        }
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
        assertEquals(List.of(), report.floatUnasked());
        assertEquals(0, report.count(Verdict.UNKNOWN), () -> report.layers().toString());
        long int8 = report.count(Verdict.INT8) + report.count(Verdict.INT8_IN_MYELIN);
        assertTrue(int8 >= quantized.coverage().int8Layers(), () -> report.layers().toString());
    }

    private static void fails(InspectionReport report, String why) {
        assertTrue(
                report.outcome() == Outcome.REJECTED || report.outcome() == Outcome.NOT_OPTIMIZED,
                () -> report.outcome().toString());
        assertTrue(report.reason().contains(why), report.reason());
    }

    private void inspectRanges(Path archive) throws Exception {
        MeasuredModel model = MeasuredModel.export(archive);
        if (new ModelLayers(model.model()).weighted().isEmpty() && !isRecurrent(model)) {
            return;
        }
        Path file = folder.resolve(name(archive) + ".float.onnx");
        model.model().write(file);
        InspectionReport report =
                TensorRtInspector.find()
                        .inspect(
                                file,
                                InspectionOptions.builder()
                                        .optRanges(model.ranges())
                                        .optFloatGraph(false)
                                        .build());
        if (report.outcome() == Outcome.REJECTED) {
            fails(report, FLOAT_FAILS.get(name(archive).replaceFirst("_(traced|scripted)$", "")));
            return;
        }
        assertTrue(report.ranges().size() > 1, report.reason());
        assertEquals(List.of(), report.refusedRanges());
        assertEquals(
                List.of(),
                report.tensorsWithoutRange().stream()
                        .filter(t -> !model.zero().contains(t))
                        .toList());
    }

    private static boolean isRecurrent(MeasuredModel model) {
        return model.model().proto().getGraph().getNodeList().stream()
                .anyMatch(n -> n.getOpType().matches("LSTM|GRU|RNN"));
    }

    private static String name(Path archive) {
        return archive.getFileName().toString().replaceFirst("\\.pt$", "");
    }
}
