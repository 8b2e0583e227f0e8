package io.rangefinder.engine.export;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.OpenLengths;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Models that were captured on inputs of several lengths, exported once, give in ONNX Runtime what
 * PyTorch gave for each.
 */
class LengthsTest {

    private static final Path FOLDER = Path.of("src/test/resources/lengths");

    /** What is said of the lengths; the axis of none of the others is open. */
    private static final Map<String, String> LENGTHS =
            Map.ofEntries(
                    Map.entry("attention", "axis 1 of ids from 1; axis 1 of mask from 1"),
                    // The table of the mask has 24 rows.
                    Map.entry("causal", "axis 1 of x from 1 to 24"),
                    Map.entry("encoder", "axis 1 of ids from 1; axis 1 of padding from 1"),
                    Map.entry("fused", "axis 1 of x from 1"),
                    Map.entry("learned_positions", "axis 1 of ids from 1"),
                    Map.entry("pixels", "axis 2 of x from 1; axis 3 of x from 1"),
                    Map.entry("pooled", "axis 1 of ids from 1; axis 1 of mask from 1"),
                    Map.entry("pooling", "axis 2 of x from 1; axis 3 of x from 1"),
                    // The table has 24 positions.
                    Map.entry("positions", "axis 1 of ids from 1 to 24"),
                    Map.entry("recurrent", "axis 1 of x from 1"),
                    Map.entry("scores", "axis 1 of x from 1; axis 1 of y from 1"),
                    Map.entry("speech", "axis 2 of x from 1"),
                    Map.entry("speech_flattened", "axis 1 of x from 1"),
                    Map.entry("time_first", "axis 1 of x from 1"),
                    // What is longer than 20 is cut.
                    Map.entry("truncated", "axis 1 of x from 1 to 20"),
                    Map.entry(
                            "unet",
                            "axis 2 of x multiples of 4 from 4; axis 3 of x multiples of 4 from 4"),
                    Map.entry("windows", "axis 1 of x from 1"));

    @TestFactory
    Stream<DynamicTest> exportedModelsGiveWhatPyTorchGaveForEachLength() throws IOException {
        return Fixture.archives(FOLDER).stream()
                .map(
                        archive ->
                                DynamicTest.dynamicTest(
                                        archive.getFileName().toString(), () -> compare(archive)));
    }

    private static void compare(Path archive) throws Exception {
        Fixture fixture = Fixture.read(archive);
        List<InputDescription> captured = fixture.captured();
        ExportedModel exported = ModelExporter.export(archive, captured, ExportOptions.DEFAULT);
        String name = archive.getFileName().toString().replaceFirst("_[a-z]+\\.pt$", "");
        assertEquals(LENGTHS.getOrDefault(name, ""), sorted(exported.lengths()));
        assertEquals(Optional.empty(), exported.fixedBatch());
        OnnxModel model = exported.toOnnx();
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        try (OrtModel session =
                OrtModel.load(model.toBytes(), model.source(), Execution.INTEGER, 1)) {
            for (Fixture.Batch batch : fixture.batches()) {
                if (!LENGTHS.containsKey(name) && !isGreatest(batch, captured)) {
                    continue;
                }
                compared++;
                List<NamedTensor> outputs = session.run(batch.inputsOf(session));
                for (int i = 0; i < outputs.size(); i++) {
                    String difference =
                            OperatorsTest.difference(
                                    batch.outputs().get(i), outputs.get(i), OperatorsTest.LEAST_DB);
                    if (!difference.isEmpty()) {
                        wrong.add(batch.inputs().get(0).shape() + " " + difference);
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(compared > 0);
    }

    /** Inputs may come in any order. */
    private static String sorted(OpenLengths lengths) {
        return Stream.of(lengths.toString().split("; ")).sorted().collect(joining("; "));
    }

    private static boolean isGreatest(Fixture.Batch batch, List<InputDescription> captured) {
        Shape shape = batch.inputs().get(0).shape();
        return IntStream.range(1, shape.dimension())
                .allMatch(i -> shape.get(i) == captured.get(0).shape().get(i));
    }

    @Test
    void aModelThatNeedsTheLengthIsExportedForTheGreatestAndSaysWhereItNeedsIt() throws Exception {
        Path archive = FOLDER.resolve("unrolled_scripted.pt");
        ExportedModel exported =
                ModelExporter.export(
                        archive, Fixture.read(archive).captured(), ExportOptions.DEFAULT);
        assertEquals(1, exported.warnings().size());
        String warning = exported.warnings().get(0);
        assertTrue(
                warning.startsWith(
                        "axis 1 of input x had lengths from 9 to 16 in capture, but takes 16 only,"
                                + " because the model ("),
                warning);
        assertTrue(
                warning.endsWith(
                        "__torch__.py:11) needs the number x_1 itself; pad inputs to 16, or capture"
                                + " and export the model for each length"),
                warning);
    }

    @Test
    void aTracedModelThatKeepsTheTracedLengthIsExportedForThat() throws Exception {
        Path archive = FOLDER.resolve("baked_traced.pt");
        InputDescription varied =
                new InputDescription("x", "float32", List.of(3L, 16L, 8L), List.of(2L, 9L, 8L));
        ExportedModel exported =
                ModelExporter.export(archive, List.of(varied), ExportOptions.DEFAULT);
        assertEquals(List.of(), exported.lengths().axes());
        String warning = exported.warnings().get(0);
        assertTrue(warning.contains("but takes 16 only"), warning);
        Shape shape = null;
        OnnxModel model = exported.toOnnx();
        try (OrtModel session =
                OrtModel.load(model.toBytes(), model.source(), Execution.UNOPTIMIZED, 1)) {
            shape = session.inputs().get(0).shape();
        }
        assertEquals(new Shape(-1, 16, 8), shape);
    }

    @Test
    void openAxesAreNamedAndAxesThatMustBeEquallyLongHaveOneName() throws Exception {
        Path archive = FOLDER.resolve("attention_scripted.pt");
        OnnxModel model =
                ModelExporter.export(
                                archive, Fixture.read(archive).captured(), ExportOptions.DEFAULT)
                        .toOnnx();
        assertEquals(
                List.of("batch", "ids_1", "batch", "ids_1"),
                model.inputs().stream()
                        .flatMap(i -> i.getType().getTensorType().getShape().getDimList().stream())
                        .map(d -> d.getDimParam())
                        .toList());
        OpenLengths read = OpenLengths.of(model.metadata());
        assertEquals(
                Optional.empty(),
                read.problem(Map.of("ids", List.of(2L, 30L), "mask", List.of(2L, 30L))));
        assertEquals(
                "axis 1 of input mask has length 9 and axis 1 of input ids has length 30, but the"
                        + " model needs both equally long",
                read.problem(Map.of("ids", List.of(2L, 30L), "mask", List.of(2L, 9L)))
                        .orElseThrow());
    }
}
