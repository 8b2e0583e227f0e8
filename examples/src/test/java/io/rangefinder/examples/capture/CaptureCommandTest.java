package io.rangefinder.examples.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.capture.statistics.TensorStatistics;
import io.rangefinder.examples.Invocation;
import io.rangefinder.examples.data.FashionMnist;
import io.rangefinder.examples.npz.NpzWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureCommandTest {

    private static final Path MODELS = Path.of("models").toAbsolutePath();
    private static final Path MODEL = MODELS.resolve("resnet_traced.pt");

    @TempDir private Path folder;
    private Path output;

    @BeforeEach
    void nameOutput() {
        output = folder.resolve("r.ranges");
    }

    @AfterEach
    void nothingHalfWrittenIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".part")).toList());
        }
    }

    private Path images(int count) throws IOException {
        Path file = folder.resolve("x.npz");
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
                OutputStream out = Files.newOutputStream(file)) {
            FashionMnist images = FashionMnist.calibration(FashionMnist.defaultFolder());
            new NDList(images.batch(manager, 0, count)).encode(out, NDList.Encoding.NPZ);
        }
        return file;
    }

    private Invocation capture(Path model, Path inputs) {
        return Invocation.of("capture", model, "--inputs", inputs, "--output", output);
    }

    @Test
    void rangesEqualWhatPyTorchHooksRecorded() throws IOException {
        output = folder.resolve("r.json");
        assertEquals("inputs  512", capture(MODEL, images(512)).succeeded().out().get(0));
        ModelStatistics statistics = StatisticsFile.read(output);
        JsonObject expected =
                JsonParser.parseString(Files.readString(MODELS.resolve("resnet.hook-ranges.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("ranges");
        for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
            String name = entry.getKey().equals("<input>") ? "x" : entry.getKey();
            TensorStatistics seen = statistics.get(name).orElseThrow();
            JsonArray range = entry.getValue().getAsJsonArray();
            double min = range.get(0).getAsDouble();
            double max = range.get(1).getAsDouble();
            assertEquals(min, seen.min(), 1e-5 * Math.abs(min), name);
            assertEquals(max, seen.max(), 1e-5 * Math.abs(max), name);
        }
    }

    @Test
    void everyFormatHoldsTheSameRanges() throws IOException {
        Path inputs = images(5);
        capture(MODEL, inputs).succeeded();
        DynamicRanges expected = RangeFiles.read(output);
        assertEquals(5, expected.provenance().samples());
        for (String extension : List.of("txt", "cache", "json")) {
            output = folder.resolve("r." + extension);
            Invocation.of(
                            "capture",
                            MODEL,
                            "--inputs",
                            inputs,
                            "--output",
                            output,
                            "--batch-size",
                            "5")
                    .succeeded();
            DynamicRanges ranges = RangeFiles.read(output);
            assertEquals(expected.asMap().keySet(), ranges.asMap().keySet());
            expected.asMap()
                    .forEach(
                            (tensor, range) ->
                                    assertEquals(
                                            range.scale(),
                                            ranges.get(tensor).orElseThrow().scale(),
                                            tensor));
        }
    }

    @Test
    void lastBatchMayBeSmaller() throws IOException {
        Invocation done =
                Invocation.of(
                        "capture",
                        MODEL,
                        "--inputs",
                        images(5),
                        "--output",
                        output,
                        "--batch-size",
                        "2",
                        "--points",
                        "layer1\\..*");
        assertEquals("inputs  5", done.succeeded().out().get(0));
        assertTrue(
                RangeFiles.read(output).asMap().keySet().stream()
                        .allMatch(name -> name.startsWith("layer1.")));
    }

    @Test
    void modelsAreOnlyOpenedIfTheyAreTorchScript() throws IOException {
        Path inputs = images(1);
        byte[] whole = Files.readAllBytes(MODEL);
        Map<byte[], String> models =
                Map.of(
                        "hello".getBytes(),
                        "is not a zip file",
                        Arrays.copyOf(whole, whole.length / 2),
                        "bad.pt",
                        new byte[0],
                        "is empty",
                        new byte[] {(byte) 0x80, 2, 'c', '.'},
                        "is a pickle");
        for (Map.Entry<byte[], String> model : models.entrySet()) {
            Path file = Files.write(folder.resolve("bad.pt"), model.getKey());
            capture(file, inputs).failed(1, file.toString(), model.getValue());
            assertFalse(Files.exists(output));
        }
        Path checkpoint =
                new NpzWriter()
                        .entry("bad/data.pkl", new byte[] {(byte) 0x80, 2, '.'})
                        .to(folder.resolve("bad.pt"));
        capture(checkpoint, inputs).failed(1, "is an eager checkpoint");
        capture(folder.resolve("no.pt"), inputs).failed(1, "no.pt does not exist");
        capture(folder, inputs).failed(1, "is not a file");
    }

    @Test
    void inputsMustFitTheModel() throws IOException {
        Path two =
                new NpzWriter()
                        .floats("a", "(1,)", 1)
                        .floats("b", "(1,)", 1)
                        .to(folder.resolve("two.npz"));
        capture(MODEL, two)
                .failed(1, "two.npz holds 2 arrays (a, b)", "takes 1 input (x)", MODEL.toString());
        Path flat = new NpzWriter().floats("a", "(1, 2)", 1, 2).to(folder.resolve("flat.npz"));
        capture(MODEL, flat)
                .failed(1, "on rows 0 to 0 of", "flat.npz (a float32 [1, 2])", "RuntimeError: ");
        Path bomb =
                new NpzWriter()
                        .array("a", "<f4", "(1000000000, 1, 28, 28)", new byte[4])
                        .to(folder.resolve("bomb.npz"));
        capture(MODEL, bomb).failed(1, "bomb.npz, array a: says float32 [1000000000, 1, 28, 28]");
        capture(MODEL, folder.resolve("no.npz")).failed(1, "no.npz does not exist");
        capture(MODEL, Files.writeString(folder.resolve("y.npz"), "hello"))
                .failed(1, "y.npz: is not a whole .npz");
        assertFalse(Files.exists(output));
    }

    @Test
    void outputIsCheckedBeforeTheWorkStarts() throws IOException {
        Path nothing = folder.resolve("nothing");
        output = folder.resolve("no/r.ranges");
        capture(nothing, nothing).failed(1, "no/r.ranges: its folder does not exist");
        output = Files.createDirectory(folder.resolve("d.ranges"));
        capture(nothing, nothing).failed(1, "d.ranges is a folder");
        Path locked = Files.createDirectory(folder.resolve("locked"));
        assertTrue(locked.toFile().setWritable(false));
        assumeFalse(Files.isWritable(locked), "a super-user may write anywhere");
        output = locked.resolve("r.ranges");
        capture(nothing, nothing).failed(1, "its folder is read-only");
    }

    @Test
    void pointsThatMatchNothingAreToldAfterOneBatch() throws IOException {
        Invocation.of(
                        "capture",
                        MODEL,
                        "--inputs",
                        images(1),
                        "--output",
                        output,
                        "--points",
                        "conv99")
                .failed(1, "no point of", "--points conv99");
        assertFalse(Files.exists(output));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--method mse|there is minmax",
                "--batch-size 0|--batch-size must be 1 or more, not 0",
                "--batch-size many|many",
                "--points [|--points must be all, modules or a regular expression",
                "--output r.onnx|must end in .ranges, .txt, .cache or .json",
                "--colour red|Unknown options: '--colour'",
            })
    void wrongUsageIsStatusTwo(String words, String problem) {
        List<String> line =
                new java.util.ArrayList<>(List.of("capture", "m.pt", "--inputs", "x.npz"));
        if (!words.startsWith("--output")) {
            line.addAll(List.of("--output", "r.json"));
        }
        line.addAll(List.of(words.split(" ")));
        Invocation.of(line.toArray()).failed(2, problem, "see rangefinder capture --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "captur", "capture", "ranges", "ranges shw x", "ranges show"})
    void anIncompleteCommandLineIsStatusTwo(String words) {
        Object[] line = words.isEmpty() ? new Object[0] : words.split(" ");
        Invocation.of(line).failed(2, "see rangefinder", "--help");
    }

    @Test
    void stackTracesAreForThoseWhoAsk() {
        Invocation asked =
                Invocation.of(
                        "capture",
                        folder.resolve("no.pt"),
                        "--inputs",
                        "x.npz",
                        "--output",
                        output,
                        "--verbose");
        assertEquals(1, asked.status());
        assertTrue(asked.err().stream().anyMatch(line -> line.startsWith("\tat ")));
    }
}
