package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.calibration.Calibration;
import io.rangefinder.capture.calibration.Calibrator;
import io.rangefinder.capture.calibration.MinMaxCalibrator;
import io.rangefinder.capture.calibration.MissingStatisticsException;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.observers.ChannelsObserver;
import io.rangefinder.capture.observers.MagnitudesObserver;
import io.rangefinder.capture.observers.MeanObserver;
import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.observers.SignsObserver;
import io.rangefinder.capture.observers.Tally;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.statistics.InvalidStatisticsException;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Observers of an application, each a class and a line of {@code META-INF/services}: from a model's
 * tensors to statistics, files, merged files and ranges.
 */
class ObserversTest {

    private static final MeanObserver MEAN = new MeanObserver();
    private static final MagnitudesObserver MAGNITUDES = new MagnitudesObserver();
    private static final ChannelsObserver CHANNELS = new ChannelsObserver();
    private static final SignsObserver SIGNS = new SignsObserver();

    /** What a product or an addition of {@code shared_relu} reads. */
    private static final Set<String> OPERANDS = Set.of("x", "relu", "bn2");

    private static final Set<DataType> FLOATING =
            Set.of(DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64);

    @TempDir Path folder;

    /** A calibrator of an application: what no more than one element in a hundred is above. */
    private static final class PercentileCalibrator implements Calibrator {

        @Override
        public String name() {
            return "percentile99";
        }

        @Override
        public List<Observer> needs() {
            return List.of(MAGNITUDES);
        }

        @Override
        public OptionalDouble amax(TensorStatistics statistics) {
            Optional<Tally> seen = statistics.seenBy(MAGNITUDES);
            if (seen.isEmpty()) {
                return new MinMaxCalibrator().amax(statistics);
            }
            long[] bins = seen.get().counts("bins");
            long above = Arrays.stream(bins).sum() / 100;
            int bin = bins.length - 1;
            for (long left = above; bin > 0 && bins[bin] <= left; bin--) {
                left -= bins[bin];
            }
            return OptionalDouble.of((bin + 1) * 0.5);
        }
    }

    /** Captures batches of a small archive's inputs. */
    private static ModelStatistics capture(String archive, String observers, int... batches)
            throws Exception {
        try (ZooModel<NDList, NDList> model = load(archive, observers)) {
            predict(model, archive, batches);
            return RangeCapture.of(model).statistics();
        }
    }

    private static ZooModel<NDList, NDList> load(String archive, String observers)
            throws Exception {
        return CaptureModels.criteria(CaptureModels.fixture(archive + ".pt"), "RangeCapture")
                .optOption("observers", observers)
                .build()
                .loadModel();
    }

    private static void predict(ZooModel<NDList, NDList> model, String archive, int... batches)
            throws Exception {
        Path inputs = CaptureModels.fixture(archive.replaceFirst("_[a-z]+$", "") + ".npz");
        for (int batch : batches) {
            try (NDManager manager = model.getNDManager().newSubManager();
                    Predictor<NDList, NDList> predictor = model.newPredictor()) {
                NDList all = NDList.decode(manager, Files.readAllBytes(inputs));
                NDList own = new NDList();
                all.stream()
                        .filter(a -> a.getName().startsWith(batch + ".input."))
                        .forEach(
                                a -> {
                                    a.setName(a.getName().replaceFirst(".*\\.input\\.", ""));
                                    own.add(a);
                                });
                predictor.predict(own).close();
            }
        }
    }

    private static List<JsonObject> recorded() throws IOException {
        String text = Files.readString(Path.of("src/test/resources/observers/shared_relu.json"));
        List<JsonObject> batches = new ArrayList<>();
        for (JsonElement batch :
                JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("batches")) {
            batches.add(batch.getAsJsonObject());
        }
        return batches;
    }

    private static double[] numbers(JsonObject batch, String point, String key) {
        JsonArray array = batch.getAsJsonObject(point).getAsJsonArray(key);
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).getAsDouble();
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared_relu_traced", "shared_relu_scripted"})
    void observersSeeWhatPyTorchRecords(String archive) throws Exception {
        ModelStatistics seen = capture(archive, "mean, magnitudes,channels", 0, 1, 2);

        for (String point : recorded().get(0).keySet()) {
            Optional<TensorStatistics> tensor = seen.get(point);
            assertTrue(tensor.isPresent() || point.equals("/add"), point);
            double sum = 0;
            double[] bins = new double[MagnitudesObserver.BINS];
            double[] min = {9, 9, 9, 9};
            double[] max = {-9, -9, -9, -9};
            for (JsonObject batch : recorded()) {
                sum += batch.getAsJsonObject(point).get("sum").getAsDouble();
                Arrays.setAll(bins, i -> bins[i] + numbers(batch, point, "bins")[i]);
                Arrays.setAll(min, i -> Math.min(min[i], numbers(batch, point, "min")[i]));
                Arrays.setAll(max, i -> Math.max(max[i], numbers(batch, point, "max")[i]));
            }
            if (tensor.isPresent()) {
                assertEquals(864, tensor.get().count(), point);
                assertEquals(sum / 864, MEAN.of(tensor.get()), 1e-6, point);
            }
            if (OPERANDS.contains(point)) {
                Tally magnitudes = tensor.orElseThrow().seenBy(MAGNITUDES).orElseThrow();
                assertArrayEquals(
                        bins, Arrays.stream(magnitudes.counts("bins")).asDoubleStream().toArray());
                Tally channels = tensor.orElseThrow().seenBy(CHANNELS).orElseThrow();
                assertArrayEquals(min, channels.extremes("min"), 1e-5);
                assertArrayEquals(max, channels.extremes("max"), 1e-5);
            }
        }
        assertEquals(
                OPERANDS,
                seen.asMap().entrySet().stream()
                        .filter(e -> e.getValue().seenBy(MAGNITUDES).isPresent())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
        assertEquals(Set.of("minmax", "mean", "magnitudes", "channels"), seen.observers().keySet());
    }

    /** Against whole tensors that hooks hand out: loops, containers, other types, casts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "while_loop_scripted",
                "containers_scripted",
                "dict_result_traced",
                "module_lists_scripted",
                "for_range_scripted",
                "half_traced",
                "not_finite_traced",
                "types_scripted",
                "contexts_scripted",
                "in_place_traced",
                "encoder_fast_scripted",
                "branch_on_none_scripted",
                "empty_and_scalar_traced"
            })
    void observersSeeEachTensorAsOftenAsItIs(String archive) throws Exception {
        Map<String, double[]> signs = new HashMap<>();
        Map<String, Double> sums = new HashMap<>();
        ModelStatistics seen;
        try (ZooModel<NDList, NDList> model = load(archive, "signs,mean")) {
            RangeRecorder recorder = RangeCapture.of(model);
            recorder.registerForwardHook(
                    ".*",
                    (name, tensor) -> {
                        if (FLOATING.contains(tensor.getDataType())) {
                            double[] sign = signs.computeIfAbsent(name, n -> new double[3]);
                            for (float x : tensor.toType(DataType.FLOAT32, true).toFloatArray()) {
                                sign[0] += x < 0 ? 1 : 0;
                                sign[1] += x == 0 ? 1 : 0;
                                sign[2] += x > 0 ? 1 : 0;
                                sums.merge(name, Float.isFinite(x) ? (double) x : 0.0, Double::sum);
                            }
                        }
                    });
            predict(model, archive, 0, 1, 2);
            seen = recorder.statistics();
        }

        int compared = 0;
        for (Map.Entry<String, TensorStatistics> tensor : seen.asMap().entrySet()) {
            String name = tensor.getKey();
            double[] counts = signs.get(name);
            if (tensor.getValue().count() == 0 || counts == null) {
                // It never ran, or is of bfloat16, which DJL does not know.
                continue;
            }
            Tally sign = tensor.getValue().seenBy(SIGNS).orElseThrow();
            assertEquals(counts[0], sign.count("below"), name);
            assertEquals(counts[1], sign.count("at"), name);
            assertEquals(counts[2], sign.count("above"), name);
            if (tensor.getValue().hasFinite()) {
                assertEquals(
                        Math.max(
                                Math.abs(tensor.getValue().min()),
                                Math.abs(tensor.getValue().max())),
                        sign.extreme("magnitude"),
                        name);
                double sum =
                        tensor.getValue()
                                .seenBy(MEAN)
                                .orElseThrow()
                                .sums("sum")
                                .get(0)
                                .doubleValue();
                assertEquals(sums.get(name), sum, 1e-9 * Math.max(1, Math.abs(sum)), name);
            }
            compared++;
        }
        assertTrue(compared > 1, compared + " of " + seen.asMap().keySet());
    }

    @Test
    void filesOfPartsMergeToTheWholeInAnyOrder() throws Exception {
        String observers = "mean,magnitudes,channels";
        List<ModelStatistics> parts = new ArrayList<>();
        for (int batch = 0; batch < 3; batch++) {
            Path file = folder.resolve(batch + ".json");
            ModelStatistics part = capture("shared_relu_traced", observers, batch);
            StatisticsFile.write(part, file);
            parts.add(StatisticsFile.read(file));
            assertEquals(part, parts.get(batch));
        }
        ModelStatistics whole = capture("shared_relu_traced", observers, 0, 1, 2);

        assertEquals(whole, parts.get(0).merge(parts.get(1)).merge(parts.get(2)));
        assertEquals(whole, parts.get(2).merge(parts.get(0).merge(parts.get(1))));
        assertEquals(whole, capture("shared_relu_traced", observers, 2, 0, 1));
    }

    @Test
    void theFileNamesTheObserversAndTheirColumns() throws Exception {
        Path file = folder.resolve("s.json");

        StatisticsFile.write(capture("shared_relu_traced", "mean,magnitudes", 0, 1, 2), file);

        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertEquals(2, json.get("version").getAsInt());
        assertEquals(
                JsonParser.parseString(
                        "{\"magnitudes\": {\"bins\": \"count\"}, \"mean\": {\"sum\": \"sum\"}}"),
                json.get("observers"));
        JsonObject relu = json.getAsJsonObject("tensors").getAsJsonObject("relu");
        assertEquals(16, relu.getAsJsonObject("magnitudes").getAsJsonArray("bins").size());
        assertTrue(relu.getAsJsonObject("mean").get("sum").getAsDouble() > 0);
        assertFalse(json.getAsJsonObject("tensors").getAsJsonObject("conv1").has("magnitudes"));
    }

    /** Others that look change nothing of what minimum and maximum saw, nor of its file. */
    @Test
    void whatTheStandardObserversSeeStaysAsItIs() throws Exception {
        ModelStatistics alone = capture("shared_relu_traced", "", 0, 1, 2);
        ModelStatistics among = capture("shared_relu_traced", "signs,mean,minmax", 0, 1, 2);
        Path file = folder.resolve("alone.json");
        Path merged = folder.resolve("merged.json");

        StatisticsFile.write(alone, file);
        StatisticsFile.write(alone.merge(among), merged);

        assertEquals(List.copyOf(alone.asMap().keySet()), List.copyOf(among.asMap().keySet()));
        alone.asMap()
                .forEach(
                        (name, seen) -> {
                            TensorStatistics other = among.get(name).orElseThrow();
                            assertEquals(seen.min(), other.min(), name);
                            assertEquals(seen.max(), other.max(), name);
                            assertEquals(seen.count(), other.count(), name);
                        });
        assertTrue(Files.readString(file).contains("\"version\": 1,"));
        assertTrue(Files.readString(merged).contains("\"version\": 1,"));
        assertEquals(2 * 864, StatisticsFile.read(merged).get("x").orElseThrow().count());
    }

    @Test
    void aCalibratorChoosesByWhatItsObserverSaw() throws Exception {
        ModelStatistics seen = capture("shared_relu_traced", "magnitudes", 0, 1, 2);
        Path file = folder.resolve("s.json");
        StatisticsFile.write(seen, file);

        DynamicRanges ranges = RangeFiles.read(file, new PercentileCalibrator());

        long[] bins = new long[MagnitudesObserver.BINS];
        for (JsonObject batch : recorded()) {
            double[] own = numbers(batch, "relu", "bins");
            Arrays.setAll(bins, i -> bins[i] + (long) own[i]);
        }
        int last = MagnitudesObserver.BINS - 1;
        for (long above = 864 / 100; bins[last] <= above; last--) {
            above -= bins[last];
        }
        assertEquals((last + 1) * 0.5, ranges.get("relu").orElseThrow().amax());
        assertTrue(ranges.get("relu").orElseThrow().amax() < seen.get("relu").get().max());
        assertEquals(-seen.get("conv1").get().min(), ranges.get("conv1").orElseThrow().amax());
    }

    @Test
    void aCalibratorWithoutWhatItNeedsSaysSo() throws Exception {
        ModelStatistics old = capture("shared_relu_traced", "mean", 0);
        Path file = folder.resolve("old.json");
        StatisticsFile.write(old, file);
        Calibrator percentile = new PercentileCalibrator();

        MissingStatisticsException thrown =
                assertThrows(
                        MissingStatisticsException.class, () -> Calibration.of(old, percentile));
        assertEquals(
                "calibrator percentile99 needs what magnitudes keeps of each tensor, but these"
                        + " statistics hold mean, minmax; capture anew with the option"
                        + " observers=magnitudes, and merge with no capture that was made without",
                thrown.getMessage());
        InvalidStatisticsException ofFile =
                assertThrows(
                        InvalidStatisticsException.class, () -> RangeFiles.read(file, percentile));
        assertEquals(file + ": " + thrown.getMessage(), ofFile.getMessage());
        ModelStatistics both = capture("shared_relu_traced", "magnitudes,mean", 1).merge(old);
        assertEquals(new TreeSet<>(Set.of("mean", "minmax")), both.observers().keySet());
        assertThrows(MissingStatisticsException.class, () -> Calibration.of(both, percentile));
    }

    @Test
    void anUnknownObserverIsNamedWithThoseThereAre() {
        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> load("shared_relu_traced", "mean,median"));
        assertEquals(
                "option observers: there is no observer median; there are channels, magnitudes,"
                        + " mean, minmax, signs",
                thrown.getMessage());
    }
}
