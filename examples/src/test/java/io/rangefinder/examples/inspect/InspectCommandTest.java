package io.rangefinder.examples.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.engine.check.Finding;
import io.rangefinder.engine.check.Severity;
import io.rangefinder.engine.check.TensorRtVersion;
import io.rangefinder.engine.inspect.InspectionReport;
import io.rangefinder.engine.inspect.InspectionReport.Layer;
import io.rangefinder.engine.inspect.InspectionReport.Mode;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.ParserError;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.examples.Invocation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {

    private static final Path OTHERS = Path.of("../engine/src/test/resources/inspect");
    private static final Path MODEL = OTHERS.resolve("recorded/conv1d.onnx");

    private static final Path ASYMMETRIC = OTHERS.resolve("ort-default-resnet.onnx");

    @TempDir Path folder;

    private static Invocation withTensorRtIn(Path place, Object... words) {
        String before = System.getProperty("rangefinder.tensorrt10", "");
        System.setProperty("rangefinder.tensorrt10", place.toString());
        try {
            return Invocation.of(words);
        } finally {
            if (before.isEmpty()) {
                System.clearProperty("rangefinder.tensorrt10");
            } else {
                System.setProperty("rangefinder.tensorrt10", before);
            }
        }
    }

    private static JsonObject json(Invocation invocation) {
        return JsonParser.parseString(String.join("\n", invocation.out())).getAsJsonObject();
    }

    @Test
    void withoutTheLibraryItSaysHowToGetItAfterWhatTheCheckFound() {
        Invocation invocation = withTensorRtIn(folder, "inspect", ASYMMETRIC);
        assertEquals(1, invocation.status());
        assertEquals(1, invocation.err().size(), invocation.err()::toString);
        String line = invocation.err().get(0);
        for (String part :
                List.of(folder.toString(), "mvn dependency:get", "linux-x86_64-redist")) {
            assertTrue(line.contains(part), line);
        }
        assertTrue(
                invocation.out().get(0).startsWith("checked    TensorRT 8.6, "),
                invocation.out()::toString);
        assertTrue(
                invocation.out().stream()
                        .anyMatch(
                                l -> l.startsWith("check      error zero-point at '/conv1/Conv'")),
                invocation.out()::toString);
    }

    @Test
    void withoutTheLibraryJsonHoldsTheFindingsForTheVersionThatWasAsked() {
        Invocation invocation =
                withTensorRtIn(folder, "inspect", ASYMMETRIC, "--json", "--tensorrt", "8.4");
        assertEquals(1, invocation.status());
        JsonObject json = json(invocation);
        assertEquals("8.4", json.get("checkedFor").getAsString());
        JsonObject first = json.getAsJsonArray("findings").get(0).getAsJsonObject();
        assertEquals("ERROR", first.get("severity").getAsString());
        assertTrue(!first.get("remedy").getAsString().isEmpty());
        assertEquals(false, json.has("outcome"));
    }

    @Test
    void aVersionThatNoRulesAreKnownForIsWrongUsage() {
        Invocation.of("inspect", MODEL, "--tensorrt", "9").failed(2, "--tensorrt", "8.6", "9");
    }

    @Test
    void hostileNamesOfFindingsReachNoTerminal() {
        CheckedModel checked =
                new CheckedModel(
                        TensorRtVersion.V10,
                        List.of(
                                new Finding(
                                        Severity.WARNING, "pair", "a\u001b[31m\nb", "", "p", "r")));
        assertEquals(
                List.of(
                        "checked    TensorRT 10, errors: 0, warnings: 1",
                        "check      warning pair at 'a\\u001b[31m\\u000ab': p; r"),
                ReportText.of(checked));
        assertTrue(checked.passes());
    }

    @Test
    void numbersOutOfRangeAreWrongUsage() {
        Invocation.of("inspect", MODEL, "--batch-size", "0").failed(2, "--batch-size");
        Invocation.of("inspect", MODEL, "--timeout", "0").failed(2, "--timeout");
    }

    @Test
    void hostileNamesReachNoTerminal() {
        InspectionReport report =
                new InspectionReport(
                        Optional.of("10.15.1"),
                        Outcome.REJECTED,
                        "no",
                        Mode.EXPLICIT,
                        List.of(new ParserError("a\u001b[31m\nb", "Conv", "first\nsecond")),
                        List.of(),
                        List.of(),
                        List.of(new Layer("a\u001b[31m\nb", "Conv", Verdict.UNKNOWN, "", false)),
                        List.of(),
                        List.of(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        List.of("\u0007"));
        List<String> lines = ReportText.whole(report);
        assertTrue(
                lines.stream().allMatch(l -> l.chars().noneMatch(Character::isISOControl)),
                lines::toString);
        assertTrue(lines.contains("error      a\\u001b[31m\\u000ab (Conv): first"));
    }

    @Test
    @Tag("inspect")
    void aLayerLeftInFloatFailsUnlessItIsAskedFor() {
        Invocation failed = Invocation.of("inspect", MODEL);
        assertEquals(1, failed.status());
        assertTrue(
                failed.out().stream().anyMatch(l -> l.startsWith("in float   layers.3 (Conv)")),
                failed.out()::toString);
        Invocation.of("inspect", MODEL, "--float-layer", "layers.3").succeeded();
    }

    @Test
    @Tag("inspect")
    void jsonHoldsTheWholeReport() {
        Invocation rejected = Invocation.of("inspect", ASYMMETRIC, "--json");
        assertEquals(1, rejected.status());
        JsonObject json = json(rejected);
        assertEquals("8.6", json.get("checkedFor").getAsString());
        assertTrue(!json.getAsJsonArray("findings").isEmpty());
        assertEquals("REJECTED", json.get("outcome").getAsString());
        assertEquals("10.15.1", json.get("tensorRt").getAsString());
        assertTrue(json.get("layersLeft").isJsonNull());
        assertEquals(false, json.get("passes").getAsBoolean());
        assertEquals(
                "fc.bias_DequantizeLinear",
                json.getAsJsonArray("errors").get(0).getAsJsonObject().get("node").getAsString());
    }
}
