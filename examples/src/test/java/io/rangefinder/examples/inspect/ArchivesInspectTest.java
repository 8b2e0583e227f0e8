package io.rangefinder.examples.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.compile.RangedOnnx;
import io.rangefinder.engine.inspect.InspectionOptions;
import io.rangefinder.engine.inspect.InspectionReport;
import io.rangefinder.engine.inspect.InspectionReport.Mode;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.engine.inspect.TensorRtInspector;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Target;
import io.rangefinder.examples.benchmark.ResNet50;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole way from a TorchScript archive, by ranges that were captured of it, to what the real
 * TensorRT 10.15 makes of it, without a device.
 */
@Tag("inspect")
class ArchivesInspectTest {

    private static final Path MODELS = Path.of("models");

    @TempDir Path folder;

    /** 53 convolutions and the linear layer, which is Myelin's. */
    @Test
    void everyLayerOfAResNet50EndsInInt8() throws Exception {
        Path archive = folder.resolve("resnet50.pt");
        ResNet50.write(archive);
        DynamicRanges ranges;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ranges =
                    capture(
                            archive,
                            new NDList(
                                    manager.randomNormal(
                                            0, 1, new Shape(2, 3, 224, 224), DataType.FLOAT32)));
        }
        assertAllInt8("resnet50", inspectInt8(archive, ranges), 54);
    }

    @ParameterizedTest
    @CsvSource({
        "resnet_traced, 16",
        "resnet_scripted, 16",
        "mobilenet_traced, 21",
        "mobilenet_scripted, 21",
        "vit_traced, 18",
        "vit_scripted, 18"
    })
    void everyLayerOfTheExampleModelsEndsInInt8(String name, int layers) throws Exception {
        Path archive = MODELS.resolve(name + ".pt");
        DynamicRanges ranges;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ranges = capture(archive, images(manager, 64));
        }
        assertAllInt8(name, inspectInt8(archive, ranges), layers);
    }

    /** PyTorch's hooks see modules only: TensorRT's other tensors get their ranges from these. */
    @ParameterizedTest
    @ValueSource(strings = {"resnet", "mobilenet", "vit"})
    void rangesThatPyTorchsOwnHooksRecordedAreAccepted(String name) throws Exception {
        DynamicRanges recorded = recorded(name);
        Path archive = MODELS.resolve(name + "_traced.pt");
        RangedOnnx ranged;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ranged =
                    Int8Compiler.prepare(
                            ModelFiles.find(archive, Optional.empty()),
                            recorded,
                            Optional.of(images(manager, 2)),
                            OptionalInt.empty());
        }
        Path file = folder.resolve(name + ".onnx");
        ranged.model().write(file);
        InspectionReport report =
                TensorRtInspector.find()
                        .inspect(
                                file,
                                InspectionOptions.builder().optRanges(ranged.ranges()).build());
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
        assertEquals(Mode.IMPLICIT, report.mode());
        assertEquals(List.of(), report.refusedRanges());
        assertEquals(List.of(), report.tensorsWithoutRange());
        assertEquals(
                ranged.ranges().asMap().size(),
                report.ranges().stream().filter(r -> r.origin().equals("given")).count());
        assertTrue(ranged.ranges().asMap().size() > recorded.asMap().size() / 2);
        assertEquals(report.layers().size(), report.count(Verdict.INT8_ALLOWED));
        assertTrue(report.passes());
    }

    private static NDList images(NDManager manager, int count) throws IOException {
        return new NDList(
                FashionMnist.calibration(FashionMnist.defaultFolder()).batch(manager, 0, count));
    }

    private static DynamicRanges recorded(String name) throws Exception {
        JsonObject json =
                JsonParser.parseString(Files.readString(MODELS.resolve(name + ".hook-ranges.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("ranges");
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
            JsonArray range = entry.getValue().getAsJsonArray();
            double amax =
                    Math.max(
                            Math.abs(range.get(0).getAsDouble()),
                            Math.abs(range.get(1).getAsDouble()));
            // The forward method's argument.
            String hook = entry.getKey().equals("<input>") ? "x" : entry.getKey();
            ranges.add(hook, new DynamicRange(amax));
        }
        return ranges.build();
    }

    private static DynamicRanges capture(Path archive, NDList batch) throws Exception {
        try (Model model = Model.newInstance("model", RangeCapture.ENGINE)) {
            model.load(archive);
            try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
                predictor.predict(batch).close();
            }
            return RangeCapture.of(model).ranges();
        }
    }

    private InspectionReport inspectInt8(Path archive, DynamicRanges ranges) throws Exception {
        QuantizedModel quantized =
                Int8Compiler.compile(
                        ModelFiles.find(archive, Optional.empty()),
                        ranges,
                        Optional.empty(),
                        QuantizationOptions.builder().optTarget(Target.TENSORRT).build());
        Path file = folder.resolve("int8.onnx");
        quantized.model().write(file);
        return TensorRtInspector.find().inspect(file, InspectionOptions.builder().build());
    }

    private static void assertAllInt8(String name, InspectionReport report, int layers) {
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
        assertEquals(Mode.EXPLICIT, report.mode());
        int left = report.layersLeft().orElseThrow();
        int floatLeft = report.floatLayersLeft().orElseThrow();
        System.out.printf("%s: %d layers left, %d of the float graph%n", name, left, floatLeft);
        assertEquals(layers, report.layers().size());
        assertTrue(report.passes(), report.floatUnasked()::toString);
        report.layers()
                .forEach(
                        l ->
                                assertEquals(
                                        l.operator().equals("Conv")
                                                ? Set.of(Verdict.INT8)
                                                : Set.of(Verdict.INT8_IN_MYELIN),
                                        Set.of(l.verdict()),
                                        l::toString));
        assertTrue(left <= floatLeft + 1, () -> left + " " + report.leftovers());
    }
}
