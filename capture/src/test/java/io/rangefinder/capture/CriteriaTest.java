package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application's own Criteria, but for one word. */
class CriteriaTest {

    private static final Path METHODS = CaptureModels.fixture("methods_scripted.pt");

    @TempDir Path folder;

    /** An application's translator: pixels as bytes in, class names out. */
    private static final class Classifier implements Translator<byte[], Classifications> {

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }

        @Override
        public NDList processInput(TranslatorContext context, byte[] pixels) {
            float[] values = new float[pixels.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (pixels[i] & 0xff) / 255f;
            }
            return new NDList(context.getNDManager().create(values, new Shape(1, 28, 28)));
        }

        @Override
        public Classifications processOutput(TranslatorContext context, NDList outputs) {
            List<String> names = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
            return new Classifications(names, outputs.singletonOrThrow().softmax(0));
        }
    }

    private static ZooModel<byte[], Classifications> classifier(String engine) throws Exception {
        return Criteria.builder()
                .setTypes(byte[].class, Classifications.class)
                .optModelPath(CaptureModels.example("resnet_traced.pt"))
                .optTranslator(new Classifier())
                .optEngine(engine)
                .build()
                .loadModel();
    }

    private static byte[] picture(int seed) {
        byte[] pixels = new byte[784];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 33})
    void anApplicationsOwnTranslatorSeesNoDifference(int batch) throws Exception {
        List<byte[]> pictures = IntStream.range(0, batch).mapToObj(i -> picture(i)).toList();
        try (ZooModel<byte[], Classifications> plain = classifier("PyTorch");
                ZooModel<byte[], Classifications> captured = classifier("RangeCapture");
                Predictor<byte[], Classifications> expected = plain.newPredictor();
                Predictor<byte[], Classifications> actual = captured.newPredictor()) {
            List<Classifications> a = expected.batchPredict(pictures);
            List<Classifications> b = actual.batchPredict(pictures);
            assertEquals(batch, b.size());
            for (int i = 0; i < batch; i++) {
                assertEquals(a.get(i).getProbabilities(), b.get(i).getProbabilities());
            }
            ModelStatistics statistics = RangeCapture.of(captured).statistics();
            assertEquals(batch, statistics.provenance().samples());
            assertEquals(batch * 784L, statistics.asMap().get("x").count());
            assertEquals(
                    List.of((long) batch, 1L, 28L, 28L),
                    statistics.provenance().inputs().get(0).shape());
            assertEquals("float32", statistics.provenance().inputs().get(0).type());
        }
    }

    @Test
    void severalInputsAreDescribedByTheirNames() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("embedding_and_mask_scripted.pt"),
                                "RangeCapture");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager();
                InputStream in =
                        Files.newInputStream(CaptureModels.fixture("embedding_and_mask.npz"))) {
            NDList inputs = new NDList();
            for (NDArray array : NDList.decode(manager, in)) {
                if (array.getName().startsWith("0.input.")) {
                    array.setName(array.getName().substring("0.input.".length()));
                    inputs.add(array);
                }
            }
            assertTrue(inputs.size() > 1);
            predictor.predict(inputs);
            assertEquals(
                    inputs.stream().map(NDArray::getName).collect(Collectors.toSet()),
                    RangeCapture.of(model).statistics().provenance().inputs().stream()
                            .map(i -> i.name())
                            .collect(Collectors.toSet()));
        }
    }

    @Test
    void aModelIsFoundAsAFileAndInAFolderByItsName() throws Exception {
        Files.copy(METHODS, folder.resolve("codec.pt"));
        Files.copy(CaptureModels.fixture("shared_relu_scripted.pt"), folder.resolve("other.pt"));
        List<Criteria.Builder<NDList, NDList>> all =
                List.of(
                        CaptureModels.criteria(folder.resolve("codec.pt"), "RangeCapture"),
                        CaptureModels.criteria(folder, "RangeCapture").optModelName("codec"),
                        CaptureModels.criteria(folder, "RangeCapture").optModelName("codec.pt"));
        for (Criteria.Builder<NDList, NDList> criteria : all) {
            try (ZooModel<NDList, NDList> model = criteria.build().loadModel()) {
                assertEquals("down", RangeCapture.of(model).points().get(1).name());
            }
        }
    }

    @Test
    void aModelLoadedWithoutCriteriaHasARecorderToo() throws Exception {
        try (Model model = Model.newInstance("codec", "RangeCapture")) {
            assertThrows(IllegalArgumentException.class, () -> RangeCapture.of(model));
            model.load(METHODS);
            assertSame(RangeCapture.of(model), RangeCapture.of(model));
        }
        try (ZooModel<NDList, NDList> model = CaptureModels.load(METHODS, "RangeCapture")) {
            assertSame(RangeCapture.of(model), RangeCapture.of(model.getWrappedModel()));
        }
        try (ZooModel<NDList, NDList> model = CaptureModels.load(METHODS, "PyTorch")) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> RangeCapture.of(model));
            assertTrue(e.getMessage().contains("optEngine(\"RangeCapture\")"), e.getMessage());
        }
    }

    @Test
    void theEngineIsNeverTheDefault() {
        assertTrue(Engine.hasEngine("RangeCapture"));
        assertEquals("PyTorch", Engine.getDefaultEngineName());
        assertEquals("PyTorch", Engine.getInstance().getEngineName());
        assertEquals("RangeCapture", Engine.getEngine("RangeCapture").getEngineName());
    }

    private ZooModel<NDList, NDList> withRanges(Path file) throws Exception {
        return CaptureModels.criteria(METHODS, "RangeCapture")
                .optOption("ranges", file.toString())
                .build()
                .loadModel();
    }

    private static void predict(ZooModel<NDList, NDList> model, float... values) throws Exception {
        try (Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            predictor.predict(new NDList(manager.create(values, new Shape(values.length / 4, 4))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.ranges", "model.txt", "model.cache"})
    void closingWritesRanges(String name) throws Exception {
        Path file = folder.resolve(name);
        try (ZooModel<NDList, NDList> model = withRanges(file)) {
            predict(model, 1, -2.5f, 0, 2);
            assertFalse(Files.exists(file));
        }
        DynamicRanges ranges = RangeFiles.read(file);
        double exact = name.endsWith(".cache") ? 1e-6 : 0;
        assertEquals(2.5, ranges.asMap().get("x").amax(), exact);
    }

    @Test
    void closingWritesStatisticsToo() throws Exception {
        Path file = folder.resolve("model.json");
        ModelStatistics seen;
        try (ZooModel<NDList, NDList> model = withRanges(file)) {
            predict(model, 1, -2.5f, 0, 2);
            seen = RangeCapture.of(model).statistics();
        }
        assertEquals(seen.asMap(), StatisticsFile.read(file).asMap());
    }

    @Test
    void closingAModelThatNeverPredictedKeepsTheRangesThatAreThere() throws Exception {
        Path file = folder.resolve("model.ranges");
        Files.writeString(file, "mine");
        withRanges(file).close();
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void aModelWhoseRangesCannotBeWrittenClosesAllTheSame() throws Exception {
        Path file = Files.createDirectory(folder.resolve("taken.ranges"));
        ZooModel<NDList, NDList> model = withRanges(file);
        predict(model, 1, 2, 3, 4);
        UncheckedIOException e = assertThrows(UncheckedIOException.class, model::close);
        assertTrue(e.getMessage().contains("taken.ranges"), e.getMessage());
        assertFalse(model.getWrappedModel().getNDManager().isOpen());
        assertDoesNotThrow(model::close);
    }

    @Test
    void aRangesFileOfUnknownFormatIsRefusedBeforeTheEvaluation() {
        Exception e = assertThrows(Exception.class, () -> withRanges(folder.resolve("model.xml")));
        assertTrue(messages(e).contains("model.xml"), messages(e));
        assertTrue(messages(e).contains(".ranges"), messages(e));
    }

    private static String messages(Throwable e) {
        return e == null ? "" : e.getMessage() + "\n" + messages(e.getCause());
    }

    @Test
    void pointsMayBeModulesOnly() throws Exception {
        assertEquals(Set.of("x", "down", "act", "up", "act@1", "<root>"), points("modules"));
    }

    @Test
    void pointsMayBeChosenByPattern() throws Exception {
        assertEquals(Set.of("down", "up"), points("down|up"));
        assertEquals(Set.of("/mul"), points(".*/mul"));
        assertEquals(Set.of(), points("nothing"));
    }

    private static Set<String> points(String option) throws Exception {
        try (ZooModel<NDList, NDList> model =
                CaptureModels.criteria(METHODS, "RangeCapture")
                        .optOption("points", option)
                        .build()
                        .loadModel()) {
            predict(model, 1, 2, 3, 4);
            Set<String> seen = RangeCapture.of(model).statistics().asMap().keySet();
            assertEquals(
                    seen,
                    RangeCapture.of(model).points().stream()
                            .map(p -> p.name())
                            .collect(Collectors.toSet()));
            return Set.copyOf(seen);
        }
    }

    @Test
    void aPatternReachesTheElementsOfListsAndDicts() throws Exception {
        try (ZooModel<NDList, NDList> model =
                CaptureModels.criteria(
                                CaptureModels.fixture("containers_scripted.pt"), "RangeCapture")
                        .optOption("points", "parts\\[1\\]\\[1\\]|<root>\\[2\\]\\[sum\\]")
                        .build()
                        .loadModel()) {
            predict(model, 1, 2, 3, 4);
            assertEquals(
                    Set.of("parts[1][1]", "<root>[2][sum]"),
                    RangeCapture.of(model).statistics().asMap().keySet());
        }
    }

    @Test
    void aPatternThatIsNoneIsNamed() {
        Exception e = assertThrows(Exception.class, () -> points("(down"));
        assertTrue(messages(e).contains("option points"), messages(e));
    }

    @Test
    void recordingMayBeTurnedOffAndWhatWasSeenForgotten() throws Exception {
        try (ZooModel<NDList, NDList> model = CaptureModels.load(METHODS, "RangeCapture")) {
            RangeRecorder recorder = RangeCapture.of(model);
            assertEquals(Map.of(), recorder.statistics().asMap());
            recorder.setRecording(false);
            predict(model, 1, 2, 3, 99);
            assertEquals(Map.of(), recorder.statistics().asMap());
            recorder.setRecording(true);
            predict(model, 1, 2, 3, 4, 5, 6, 7, 8);
            assertEquals(8, recorder.statistics().asMap().get("x").max());
            assertEquals(2, recorder.statistics().provenance().samples());
            recorder.reset();
            assertEquals(Map.of(), recorder.statistics().asMap());
            assertEquals(0, recorder.statistics().provenance().samples());
            predict(model, 1, 2, 3, 4);
            assertEquals(4, recorder.statistics().asMap().get("x").max());
        }
    }

    @Test
    void otherMethodsThanForwardAreRecordedAsPyTorchRecordsThem() throws Exception {
        JsonObject methods =
                JsonParser.parseString(
                                Files.readString(CaptureModels.fixture("methods.hook-ranges.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("methods");
        for (String method : List.of("encode", "decode")) {
            try (ZooModel<NDList, NDList> plain = CaptureModels.load(METHODS, "PyTorch");
                    ZooModel<NDList, NDList> model = CaptureModels.load(METHODS, "RangeCapture");
                    Predictor<NDList, NDList> expected = plain.newPredictor();
                    Predictor<NDList, NDList> actual = model.newPredictor();
                    NDManager manager = model.getNDManager().newSubManager();
                    InputStream in = Files.newInputStream(CaptureModels.fixture("methods.npz"))) {
                NDList arrays = NDList.decode(manager, in);
                List<NDArray> inputs = new ArrayList<>();
                for (NDArray array : arrays) {
                    if (array.getName().matches(".*" + method + ".*input.*")) {
                        inputs.add(array);
                    }
                }
                assertFalse(
                        inputs.isEmpty(),
                        () -> arrays.stream().map(NDArray::getName).toList().toString());
                for (NDArray input : inputs) {
                    NDArray marker = manager.create(0f);
                    marker.setName("module_method:" + method);
                    input.setName(null);
                    NDList output = actual.predict(new NDList(input, marker));
                    assertArrayEquals(
                            expected.predict(new NDList(input, marker))
                                    .singletonOrThrow()
                                    .toFloatArray(),
                            output.singletonOrThrow().toFloatArray());
                }
                compare(
                        methods.getAsJsonObject(method).getAsJsonObject("ranges"),
                        RangeCapture.of(model).statistics().asMap());
            }
        }
    }

    private static void compare(JsonObject ranges, Map<String, TensorStatistics> seen) {
        assertTrue(ranges.size() > 2);
        for (Map.Entry<String, JsonElement> entry : ranges.entrySet()) {
            String name = entry.getKey().replaceFirst("<input:(.*)>", "$1");
            JsonArray range = entry.getValue().getAsJsonArray();
            assertEquals(range.get(0).getAsDouble(), seen.get(name).min(), 1e-5, name);
            assertEquals(range.get(1).getAsDouble(), seen.get(name).max(), 1e-5, name);
        }
    }

    @Test
    void predictingAfterCloseSaysThatTheModelIsClosed() throws Exception {
        ZooModel<NDList, NDList> model = CaptureModels.load(METHODS, "RangeCapture");
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            NDList input = new NDList(manager.ones(new Shape(1, 4), DataType.FLOAT32));
            predictor.predict(input);
            RangeRecorder recorder = RangeCapture.of(model);
            model.close();
            model.close();
            Exception e = assertThrows(Exception.class, () -> predictor.predict(input));
            assertTrue(messages(e).contains("closed"), messages(e));
            // What was seen is still there to be written.
            assertEquals(1, recorder.statistics().asMap().get("x").max());
        }
    }
}
