package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

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
import java.util.List;
import java.util.Map;
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
            List<String> wrong = differences(oracle, statistics, archive);
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
            NDArray b = a.getName() == null ? actual.get(i) : actual.get(a.getName());
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
            JsonObject oracle, ModelStatistics statistics, Path archive) {
        List<String> wrong = new ArrayList<>();
        JsonObject ranges = oracle.getAsJsonObject("ranges");
        for (Map.Entry<String, JsonElement> entry : ranges.entrySet()) {
            String point = entry.getKey();
            boolean byName = point.startsWith("<");
            if (oracle.has("frozen") && !byName) {
                continue;
            }
            String name =
                    point.startsWith("<input:")
                            ? point.substring("<input:".length(), point.length() - 1)
                            : point;
            TensorStatistics seen =
                    statistics
                            .get(name)
                            .or(() -> statistics.get(name.replaceFirst("^(\\w+)", "$1@input")))
                            .orElse(null);
            String dtype = text(oracle, "dtypes", point);
            if (dtype.startsWith("int")
                    || dtype.startsWith("bool")
                    || dtype.startsWith("complex")
                    || dtype.startsWith("uint")) {
                if (seen != null) {
                    wrong.add(point + " holds " + dtype + " but was recorded: " + seen);
                }
                continue;
            }
            if (seen == null) {
                wrong.add(point + " is missing");
                continue;
            }
            check(wrong, oracle, point, entry.getValue(), seen);
        }
        return wrong;
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
