package io.rangefinder.examples.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.examples.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small models whose inputs or outputs are not one float tensor with the batch first. */
class CompareOutputsTest {

    private static final Path MODELS = Path.of("src/test/resources/compare").toAbsolutePath();

    @TempDir static Path folder;

    private static String model(String file) {
        return MODELS.resolve(file).toString();
    }

    private static String ranges(String name, String inputs) {
        String ranges = folder.resolve(inputs + ".ranges").toString();
        Invocation captured =
                Invocation.of(
                        "capture",
                        model(name + ".pt"),
                        "--inputs",
                        model(inputs),
                        "--output",
                        ranges);
        assertEquals(0, captured.status(), captured.err()::toString);
        return ranges;
    }

    private static Invocation compare(String name, String ranges, String inputs, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "compare",
                                model(name),
                                "--ranges",
                                ranges,
                                "--inputs",
                                model(inputs),
                                "--backend",
                                "simulate",
                                "--cache",
                                folder.resolve("cache").toString()));
        words.addAll(Arrays.asList(more));
        return Invocation.of(words.toArray());
    }

    private static double figure(Invocation outcome, String name) {
        assertEquals(0, outcome.status(), outcome.err()::toString);
        return outcome.out().stream()
                .filter(l -> l.startsWith(name + " "))
                .mapToDouble(l -> Double.parseDouble(l.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is missing in " + outcome));
    }

    @ParameterizedTest
    @CsvSource({"inplace, 45", "pair, 40", "timefirst, 25", "tuple, 20"})
    void int8IsAsNearToFloatAsItIs(String name, double atLeast) {
        Invocation outcome = compare(name + ".pt", ranges(name, name + ".npz"), name + ".npz");
        double decibels = figure(outcome, "sqnr-db");
        assertTrue(decibels > atLeast, outcome.out()::toString);
        assertFalse(outcome.out().toString().contains("NaN"), outcome.out()::toString);
    }

    private static Invocation quantize(String model, String ranges, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "quantize",
                                model(model),
                                "--ranges",
                                ranges,
                                "--output",
                                folder.resolve("q.onnx").toString()));
        words.addAll(Arrays.asList(more));
        return Invocation.of(words.toArray());
    }

    /** ONNX has ScatterElements that adds up from opset 16 on. */
    @Test
    void theOpsetIsWhatTheModelNeedsOrWhatIsAskedFor() throws Exception {
        String ranges = ranges("scatter", "scatter.npz");
        // TensorRT 8.6 has no such operator, which is another matter.
        Invocation needed = quantize("scatter.pt", ranges, "--target", "cpu");
        assertEquals(0, needed.status(), needed.err()::toString);
        assertEquals(17, OnnxModel.read(folder.resolve("q.onnx")).opset());
        quantize("scatter.pt", ranges, "--target", "cpu", "--opset", "17").succeeded();
        quantize("scatter.pt", ranges, "--opset", "13").failed(1, "--opset 17");
        quantize("scatter.pt", ranges, "--opset", "12").failed(2, "opset is 12; choose 13 or 17");
        compare("scatter.pt", ranges, "scatter.npz", "--opset", "13").failed(1, "--opset 17");
        Invocation compared = compare("scatter.pt", ranges, "scatter.npz", "--opset", "17");
        assertTrue(figure(compared, "sqnr-db") > 30, compared.out()::toString);
    }

    @Test
    void anOpsetForAnOnnxIsRefused() {
        Invocation.of(
                        "quantize",
                        model("one.onnx"),
                        "--ranges",
                        model("one.txt"),
                        "--opset",
                        "17",
                        "--output",
                        folder.resolve("one.int8.onnx"))
                .failed(1, "an opset is for an archive", "one.onnx has one already");
    }

    @Test
    void arraysAreTakenByTheirNames() {
        String ranges = ranges("pair", "pair-swapped.npz");
        assertEquals(
                figure(compare("pair.pt", ranges("pair", "pair.npz"), "pair.npz"), "sqnr-db"),
                figure(compare("pair.pt", ranges, "pair-swapped.npz"), "sqnr-db"));
    }

    @Test
    void arraysOfWhichOnlySomeHaveNamesOfInputsAreRefused() {
        Invocation.of(
                        "capture",
                        model("tuple.pt"),
                        "--inputs",
                        model("pair.npz"),
                        "--output",
                        folder.resolve("none.ranges"))
                .failed(1, "x, st.0, st.1, …");
    }

    @Test
    void outputsOfADictArePairedByTheirKeys() {
        Invocation outcome = compare("dict.pt", ranges("dict", "dict.npz"), "dict.npz");
        double start = figure(outcome, "output start_logits sqnr-db");
        double end = figure(outcome, "output end_logits sqnr-db");
        assertTrue(Math.min(start, end) > 30, outcome.out()::toString);
        assertEquals(Math.min(start, end), figure(outcome, "sqnr-db"));
    }

    @Test
    void ofSeveralOutputsTheWorstIsTheHeadline() {
        Invocation outcome = compare("many.pt", ranges("many", "many.npz"), "many.npz");
        double first = figure(outcome, "output 0 sqnr-db");
        double second = figure(outcome, "output 1 sqnr-db");
        assertEquals(Math.min(first, second), figure(outcome, "sqnr-db"));
        assertTrue(Math.abs(first - second) > 20, outcome.out()::toString);
    }

    @Test
    void wholeNumbersAgreeOrDoNot() {
        Invocation outcome = compare("argmax.pt", ranges("argmax", "argmax.npz"), "argmax.npz");
        assertTrue(figure(outcome, "agreement") > 0.8, outcome.out()::toString);
        assertFalse(outcome.out().toString().contains("sqnr-db"), outcome.out()::toString);
    }

    @Test
    void aModelWhoseBatchIsOneIsGivenOneSampleAtATime() {
        Invocation outcome = compare("one.onnx", model("one.txt"), "one.npz");
        assertTrue(figure(outcome, "sqnr-db") > 20, outcome.out()::toString);
    }

    @Test
    void nodesOfOneNameAreToldApart() throws Exception {
        ModelProto.Builder clashing =
                OnnxModel.read(MODELS.resolve("one.onnx")).proto().toBuilder();
        clashing.getGraphBuilder().getNodeBuilderList().forEach(node -> node.setName("block"));
        assertTrue(clashing.getGraph().getNodeCount() > 1);
        Path file = folder.resolve("clashing.onnx");
        Files.write(file, clashing.build().toByteArray());
        Invocation outcome = compare(file.toString(), model("one.txt"), "one.npz");
        assertEquals(
                figure(compare("one.onnx", model("one.txt"), "one.npz"), "sqnr-db"),
                figure(outcome, "sqnr-db"));
    }
}
