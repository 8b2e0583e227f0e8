package io.rangefinder.examples.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.examples.Invocation;
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
}
