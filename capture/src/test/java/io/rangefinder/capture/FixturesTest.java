package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Small archives of everything that TorchScript can say ({@code src/test/python/fixtures.py}): what
 * is recorded equals what PyTorch's own hooks recorded, and outputs equal the PyTorch engine's to
 * the bit.
 */
class FixturesTest {

    /** More archives of the same form, such as a model zoo's, may be tried by hand. */
    private static final Path FOLDER =
            Path.of(System.getProperty("fixtures", "src/test/resources/torchscript"));

    /** What the eager model has and the archive has not, or does otherwise. */
    private static final Map<String, Set<String>> NOT_IN_THE_ARCHIVE =
            Map.ofEntries(
                    // One module under several paths is several modules in an archive.
                    Map.entry("aliases", Set.of("act", "act@1", "act@2", "one", "one@1")),
                    // What is forked runs beside the rest and is not observed.
                    Map.entry("forks", Set.of("a", "b", "c")),
                    // Which module an interface stands for is told only when it runs.
                    Map.entry("interfaces", Set.of("op.lin", "ops.0.lin")),
                    // Calls are numbered by their place in the code; the first place runs only for
                    // some inputs here, and PyTorch's hooks give the second place both numbers.
                    Map.entry("types", Set.of("lin", "lin@1")),
                    // The archive calls hooks of its own beside the module.
                    Map.entry("own_hooks", Set.of("act")),
                    // DJL puts a model in evaluation mode; the oracle ran it in training mode.
                    Map.entry("train_mode", Set.of("bn", "relu", "pool", "flat", "fc", "<root>")),
                    // A traced module that is an identity is nothing, and of a tuple a traced
                    // module
                    // returns what is used, in the order of its use.
                    Map.entry("in_place_input_traced", Set.of("same")),
                    Map.entry("deep_traced", Set.of("inner" + ".inner".repeat(12))),
                    Map.entry("tuples_traced", Set.of("pairs@1[1][1]")),
                    Map.entry(
                            "dict_result_traced",
                            Set.of(
                                    "tuples.pairs@1[0]",
                                    "tuples.pairs@1[1][0]",
                                    "tuples.pairs@1[1][1]",
                                    "tuples[0]",
                                    "tuples[1][0]",
                                    "tuples[1][1]")),
                    Map.entry(
                            "recurrent_traced",
                            Set.of("lstm[1][0]", "lstm[1][1]", "cell@1[0]", "cell@1[1]")));

    @TestFactory
    Stream<DynamicTest> everyArchiveRecordsWhatPyTorchRecords() throws IOException {
        List<Path> archives;
        try (Stream<Path> files = Files.list(FOLDER)) {
            archives = files.filter(f -> f.toString().endsWith(".pt")).sorted().toList();
        }
        assertTrue(archives.size() > 20);
        return archives.stream()
                .map(a -> dynamicTest(a.getFileName().toString(), () -> compare(a)));
    }

    private static void compare(Path archive) throws Exception {
        String name = archive.getFileName().toString().replaceFirst("_(traced|scripted)\\.pt$", "");
        JsonObject oracle =
                JsonParser.parseString(
                                Files.readString(
                                        archive.resolveSibling(name + ".hook-ranges.json")))
                        .getAsJsonObject();
        if (oracle.has("needs") && archive.toString().endsWith("_scripted.pt")) {
            // It uses operators of a PyTorch newer than DJL's, which must say so itself.
            assertThrows(EngineException.class, () -> load(archive, "PyTorch"));
            assertThrows(EngineException.class, () -> load(archive, "RangeCapture"));
            return;
        }
        try (ZooModel<NDList, NDList> plain = load(archive, "PyTorch");
                ZooModel<NDList, NDList> hooked = load(archive, "RangeCapture");
                Predictor<NDList, NDList> expected = plain.newPredictor();
                Predictor<NDList, NDList> actual = hooked.newPredictor();
                NDManager manager = plain.getNDManager().newSubManager();
                InputStream in = Files.newInputStream(archive.resolveSibling(name + ".npz"))) {
            NDList arrays = NDList.decode(manager, in);
            for (int batch = 0; batch < oracle.get("batches").getAsInt(); batch++) {
                NDList inputs = inputs(arrays, batch, oracle);
                assertSame(expected.predict(copy(inputs)), actual.predict(copy(inputs)));
            }
            ModelStatistics statistics = RangeCapture.of(hooked).statistics();
            boolean traced = archive.toString().endsWith("_traced.pt");
            List<String> wrong = differences(name, traced, oracle, statistics);
            assertEquals(List.of(), wrong, () -> "recorded: " + statistics.asMap().keySet());
        }
    }

    private static ZooModel<NDList, NDList> load(Path archive, String engine) throws Exception {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(archive.toAbsolutePath().normalize())
                .optTranslator(new NoopTranslator())
                .optEngine(engine)
                .build()
                .loadModel();
    }

    /** Names inputs as DJL's PyTorch engine wants lists, tuples and dicts named. */
    private static NDList inputs(NDList arrays, int batch, JsonObject oracle) {
        String prefix = batch + ".input.";
        NDList inputs = new NDList();
        for (JsonElement element : oracle.getAsJsonArray("arguments")) {
            JsonObject argument = element.getAsJsonObject();
            String name = argument.get("name").getAsString();
            String kind = argument.get("kind").getAsString();
            String dtype = argument.has("dtype") ? argument.get("dtype").getAsString() : "";
            for (NDArray array : arrays) {
                String key = array.getName();
                if (!key.equals(prefix + name) && !key.startsWith(prefix + name + "[")) {
                    continue;
                }
                NDArray input =
                        dtype.equals("bfloat16")
                                ? array.toType(ai.djl.ndarray.types.DataType.BFLOAT16, true)
                                : array.duplicate();
                if (kind.startsWith("List")) {
                    input.setName(name + "[]");
                } else if (kind.startsWith("Tuple")) {
                    input.setName(name + "()");
                } else if (kind.startsWith("Dict")) {
                    String inner = key.substring((prefix + name + "[").length(), key.length() - 1);
                    input.setName(name + "." + inner);
                } else {
                    input.setName(name);
                }
                inputs.add(input);
            }
        }
        return inputs;
    }

    private static NDList copy(NDList inputs) {
        NDList copy = new NDList();
        for (NDArray input : inputs) {
            NDArray duplicate = input.duplicate();
            duplicate.setName(input.getName());
            copy.add(duplicate);
        }
        return copy;
    }

    private static void assertSame(NDList expected, NDList actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            NDArray a = expected.get(i);
            // The entries of a dict come in no order.
            boolean inOrder = Objects.equals(a.getName(), actual.get(i).getName());
            NDArray b = inOrder ? actual.get(i) : actual.get(a.getName());
            assertEquals(a.getName(), b.getName());
            assertEquals(a.getDataType(), b.getDataType());
            assertEquals(a.getShape(), b.getShape());
            assertArrayEquals(bytes(a), bytes(b));
        }
    }

    private static byte[] bytes(NDArray array) {
        return array.toByteArray();
    }

    private static List<String> differences(
            String fixture, boolean traced, JsonObject oracle, ModelStatistics statistics) {
        Map<String, TensorStatistics> seen = new LinkedHashMap<>(statistics.asMap());
        List<String> wrong = new ArrayList<>();
        Set<String> looped = new HashSet<>();
        if (oracle.has("loops")) {
            oracle.getAsJsonArray("loops").forEach(l -> looped.add(l.getAsString()));
        }
        // PyTorch cannot tell a loop's calls from others; the oracle has one entry for all.
        seen.keySet().stream()
                .filter(n -> n.contains("@") && looped.contains(n.replaceFirst("@.*", "")))
                .toList()
                .forEach(
                        n ->
                                seen.merge(
                                        n.replaceFirst("@.*", ""),
                                        seen.remove(n),
                                        TensorStatistics::merge));
        for (Map.Entry<String, JsonElement> entry : oracle.getAsJsonObject("ranges").entrySet()) {
            String point = entry.getKey();
            boolean unnamed =
                    (oracle.has("frozen") && !point.startsWith("<"))
                            || isMissing(fixture, point)
                            || isMissing(fixture + (traced ? "_traced" : "_scripted"), point);
            if (!unnamed) {
                compare(wrong, oracle, point, entry.getValue(), find(seen, point, oracle, traced));
            }
        }
        return wrong;
    }

    private static boolean isMissing(String archive, String point) {
        return NOT_IN_THE_ARCHIVE.getOrDefault(archive, Set.of()).contains(point);
    }

    private static Optional<TensorStatistics> find(
            Map<String, TensorStatistics> seen, String point, JsonObject oracle, boolean traced) {
        if (point.startsWith("<input:")) {
            String name = point.substring("<input:".length(), point.length() - 1);
            String taken = name.replaceFirst("^(\\w+)", "$1@input");
            return Optional.ofNullable(seen.getOrDefault(taken, seen.get(name)));
        }
        if (seen.containsKey(point) || !traced || !point.contains("[")) {
            return Optional.ofNullable(seen.get(point));
        }
        // Tracing flattens tuples in tuples: elements are told by their place among all.
        String base = point.substring(0, point.indexOf('['));
        List<String> parts =
                oracle.getAsJsonObject("ranges").keySet().stream()
                        .filter(p -> p.startsWith(base + "["))
                        .toList();
        // … and a tuple of one is no tuple.
        TensorStatistics whole = parts.indexOf(point) == 0 ? seen.get(base) : null;
        return Optional.ofNullable(
                seen.getOrDefault(base + "[" + parts.indexOf(point) + "]", whole));
    }

    private static void compare(
            List<String> wrong,
            JsonObject oracle,
            String point,
            JsonElement range,
            Optional<TensorStatistics> seen) {
        String dtype = text(oracle, "dtypes", point);
        boolean isFloat = dtype.contains("float");
        if (isFloat && seen.isEmpty()) {
            wrong.add(point + " is missing");
        } else if (!isFloat && seen.isPresent()) {
            wrong.add(point + " holds " + dtype + " but was recorded: " + seen.get());
        } else if (isFloat) {
            check(wrong, oracle, point, range, seen.get());
        }
    }

    private static void check(
            List<String> wrong,
            JsonObject oracle,
            String point,
            JsonElement range,
            TensorStatistics seen) {
        if (range.isJsonNull() == seen.hasFinite()) {
            wrong.add(point + " is " + range + " but saw " + seen);
        } else if (!range.isJsonNull()) {
            double min = range.getAsJsonArray().get(0).getAsDouble();
            double max = range.getAsJsonArray().get(1).getAsDouble();
            if (isFar(min, seen.min()) || isFar(max, seen.max())) {
                wrong.add(point + " is " + range + " but saw " + seen);
            }
        }
        same(wrong, point, "counts", number(oracle, "counts", point), seen.count());
        same(wrong, point, "nan", number(oracle, "nan", point), seen.nanCount());
        same(wrong, point, "+inf", number(oracle, "+inf", point), seen.positiveInfinities());
        same(wrong, point, "-inf", number(oracle, "-inf", point), seen.negativeInfinities());
    }

    private static void same(
            List<String> wrong, String point, String what, long expected, long actual) {
        if (expected != actual) {
            wrong.add(point + " has " + what + " " + expected + " but " + actual + " were seen");
        }
    }

    private static boolean isFar(double expected, double actual) {
        return Math.abs(expected - actual) > 1e-5 * Math.max(Math.abs(expected), 1e-3);
    }

    private static long number(JsonObject oracle, String part, String point) {
        return oracle.has(part) && oracle.getAsJsonObject(part).has(point)
                ? oracle.getAsJsonObject(part).get(point).getAsLong()
                : 0;
    }

    private static String text(JsonObject oracle, String part, String point) {
        return oracle.has(part) && oracle.getAsJsonObject(part).has(point)
                ? oracle.getAsJsonObject(part).get(point).getAsString()
                : "float32";
    }
}
