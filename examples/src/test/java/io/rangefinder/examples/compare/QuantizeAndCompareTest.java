package io.rangefinder.examples.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.examples.Rangefinder;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The verbs quantize, compare and doctor, from ranges that the verb capture wrote. */
class QuantizeAndCompareTest {

    private static final Path MODELS = Path.of("models").toAbsolutePath();
    private static final String MODEL = MODELS.resolve("resnet_traced.pt").toString();

    @TempDir static Path folder;

    /** What a command printed, and its exit status. */
    private record Outcome(int status, String out, String err) {}

    private static Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Rangefinder.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        int status = commandLine.execute(words);
        return new Outcome(status, out.toString(), err.toString());
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void write(String name, NDArray... arrays) throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            new NDList(arrays).encode(out, NDList.Encoding.NPZ);
        }
    }

    @BeforeAll
    static void captureRanges() throws Exception {
        FashionMnist calibration = FashionMnist.calibration(FashionMnist.defaultFolder());
        FashionMnist test = FashionMnist.test(FashionMnist.defaultFolder());
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            write("calibration.npz", calibration.batch(manager, 0, 512));
            write("test.npz", test.batch(manager, 0, 300));
            write("labels.npz", manager.create(IntStream.range(0, 300).map(test::label).toArray()));
            write("colour.npz", manager.zeros(new Shape(4, 3, 28, 28)));
        }
        for (String name : List.of("resnet", "mobilenet")) {
            Outcome captured =
                    run(
                            "capture",
                            MODELS.resolve(name + "_traced.pt").toString(),
                            "--inputs",
                            file("calibration.npz"),
                            "--output",
                            file(name + ".ranges"));
            assertEquals(0, captured.status(), captured.err());
        }
    }

    private static Outcome compare(String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "compare",
                                MODEL,
                                "--ranges",
                                file("resnet.ranges"),
                                "--inputs",
                                file("test.npz"),
                                "--cache",
                                file("cache")));
        words.addAll(Arrays.asList(more));
        return run(words.toArray(String[]::new));
    }

    private static double figure(Outcome outcome, String name) {
        return outcome.out()
                .lines()
                .filter(l -> l.startsWith(name + " "))
                .mapToDouble(l -> Double.parseDouble(l.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is missing in " + outcome));
    }

    @ParameterizedTest
    @ValueSource(strings = {"simulate", "onnxruntime"})
    void comparePrintsTheFiguresOfTheContract(String backend) {
        Outcome outcome = compare("--backend", backend, "--labels", file("labels.npz"));
        assertEquals(0, outcome.status(), outcome.err());
        assertTrue(outcome.out().contains("backend " + backend), outcome.out());
        assertTrue(figure(outcome, "fp32 top-1") > 0.88);
        assertEquals(figure(outcome, "fp32 top-1"), figure(outcome, "int8 top-1"), 0.011);
        assertTrue(figure(outcome, "agreement") > 0.98);
        assertTrue(figure(outcome, "sqnr-db") > 32);
        assertEquals("", outcome.err());
    }

    @Test
    void withoutLabelsThereIsNoTop1() {
        Outcome outcome = compare("--backend", "simulate");
        assertEquals(0, outcome.status(), outcome.err());
        assertFalse(outcome.out().contains("top-1"), outcome.out());
    }

    @Test
    void anOnnxAloneIsComparedInOnnxRuntime() throws IOException {
        Files.copy(MODELS.resolve("resnet.onnx"), folder.resolve("alone.onnx"));
        // Its tensors are named otherwise than hook points, and no .pt lies beside it.
        Outcome outcome =
                run(
                        "compare",
                        file("alone.onnx"),
                        "--ranges",
                        file("resnet.ranges"),
                        "--inputs",
                        file("test.npz"));
        assertFailure(outcome, "none of the");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensorrt", "cpu"})
    void quantizeWritesAnOnnxThatHoldsQdq(String target) throws Exception {
        Path output = folder.resolve(target + ".int8.onnx");
        Outcome outcome = quantize(output, "--target", target);
        assertEquals(0, outcome.status(), outcome.err());
        assertTrue(outcome.out().contains("16 of 16 layers in INT8"), outcome.out());
        List<String> operators =
                OnnxModel.read(output).graph().nodes().stream().map(n -> n.getOpType()).toList();
        assertTrue(operators.contains("QuantizeLinear"), operators::toString);
        assertEquals(target.equals("cpu"), outcome.out().contains("cpu  "), outcome.out());
        assertFalse(outcome.out().contains("check  "), outcome.out());
    }

    @Test
    void givenInputsFindTheSameTensorsAsMadeUpOnes() throws Exception {
        Path made = folder.resolve("made.onnx");
        Path given = folder.resolve("given.onnx");
        assertEquals(0, quantize(made).status());
        assertEquals(0, quantize(given, "--inputs", file("test.npz")).status());
        assertEquals(-1, Files.mismatch(made, given));
    }

    @Test
    void aLayerStaysInFloatIfAskedFor() {
        Outcome outcome = quantize(folder.resolve("mixed.onnx"), "--float-layer", "conv1");
        assertEquals(0, outcome.status(), outcome.err());
        assertTrue(outcome.out().contains("15 of 16 layers in INT8"), outcome.out());
        assertTrue(outcome.out().contains("conv1"), outcome.out());
        List<String> checks = outcome.out().lines().filter(l -> l.startsWith("check  ")).toList();
        assertEquals(1, checks.size(), outcome.out());
        assertTrue(checks.get(0).contains("warning layer at 'conv1"), checks.get(0));
    }

    @Test
    void aFixedBatchIsInTheShapesOfInputsAndOutputs() throws Exception {
        Path output = folder.resolve("batch8.onnx");
        Outcome outcome = quantize(output, "--batch-size", "8");
        assertEquals(0, outcome.status(), outcome.err());
        OnnxModel model = OnnxModel.read(output);
        for (var value :
                Stream.concat(model.inputs().stream(), model.outputs().stream()).toList()) {
            var shape = value.getType().getTensorType().getShape();
            assertEquals(8, shape.getDim(0).getDimValue(), value::toString);
            assertTrue(shape.getDimList().stream().allMatch(d -> d.getDimValue() > 0));
        }
    }

    @Test
    void anEmptyBatchIsWrongUsage() {
        Path output = folder.resolve("batch0.onnx");
        assertEquals(2, quantize(output, "--batch-size", "0").status());
        assertFalse(Files.exists(output));
    }

    private static Outcome quantize(Path output, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "quantize",
                                MODEL,
                                "--ranges",
                                file("resnet.ranges"),
                                "--output",
                                output.toString()));
        words.addAll(Arrays.asList(more));
        return run(words.toArray(String[]::new));
    }

    private static void assertFailure(Outcome outcome, String... parts) {
        assertEquals(1, outcome.status(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        for (String part : parts) {
            assertTrue(outcome.err().contains(part), outcome.err());
        }
    }

    @Test
    void rangesOfAnotherModelFail() throws IOException {
        Path output = folder.resolve("other.onnx");
        assertFailure(
                run(
                        "quantize",
                        MODEL,
                        "--ranges",
                        file("mobilenet.ranges"),
                        "--output",
                        output.toString()),
                "resnet_traced.pt",
                "capture ranges of this model");
        assertFalse(Files.exists(output));
    }

    @Test
    void anOnnxOfAnotherModelFails() {
        assertFailure(
                quantize(
                        folder.resolve("wrong.onnx"),
                        "--onnx",
                        MODELS.resolve("mobilenet.onnx").toString()),
                "mobilenet.onnx");
    }

    @Test
    void damagedAndMissingFilesFail() throws IOException {
        Path damaged = folder.resolve("damaged.onnx");
        byte[] whole = Files.readAllBytes(MODELS.resolve("resnet.onnx"));
        Files.write(damaged, Arrays.copyOf(whole, whole.length / 2));
        assertFailure(
                quantize(folder.resolve("x.onnx"), "--onnx", damaged.toString()), "damaged.onnx");
        assertFailure(
                run("quantize", MODEL, "--ranges", file("none.ranges"), "--output", file("x.onnx")),
                "none.ranges");
        assertFailure(quantize(folder.resolve("no-folder").resolve("x.onnx")), "no-folder");
        try (Stream<Path> files = Files.list(folder)) {
            assertFalse(files.anyMatch(f -> f.toString().contains(".part")));
        }
    }

    @Test
    void inputsAndLabelsThatDoNotFitFail() {
        assertFailure(
                compare("--labels", file("test.npz"), "--backend", "simulate"),
                "test.npz",
                "300 whole numbers");
        Outcome colour =
                run(
                        "compare",
                        MODEL,
                        "--ranges",
                        file("resnet.ranges"),
                        "--inputs",
                        file("colour.npz"),
                        "--cache",
                        file("cache"));
        assertFailure(colour, "colour.npz", "rows 0 to 3");
    }

    @Test
    void wrongUsageIsStatus2() {
        assertEquals(2, compare("--backend", "gpu").status());
        assertEquals(2, quantize(folder.resolve("x.onnx"), "--target", "gpu").status());
        assertEquals(2, run("quantize", MODEL).status());
    }

    @Test
    void aBackendThatCannotRunSaysWhy() {
        assertFailure(compare("--backend", "tensorrt"), "tensorrt", "simulate");
    }

    @Test
    void doctorNamesWhatRuns() {
        Outcome outcome = run("doctor");
        assertEquals(0, outcome.status(), outcome.err());
        assertTrue(outcome.out().matches("(?s).*backend onnxruntime +yes.*"), outcome.out());
        assertTrue(outcome.out().contains("weights: int8 sums"), outcome.out());
    }
}
