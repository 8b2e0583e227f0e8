package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole tensors of layers reach Java. What they hold follows from arithmetic done here. */
class ForwardHookTest {

    private static final float[] PIXELS = {-2, -1, 0, 1, 2, 3, -3, 4};

    @TempDir Path folder;

    /** What a hook was handed, copied out. */
    private record Seen(String point, long[] shape, float[] values) {

        static Seen of(String point, NDArray output) {
            return new Seen(point, output.getShape().getShape(), output.toFloatArray());
        }
    }

    private static NDList predict(ZooModel<NDList, NDList> model, NDManager manager)
            throws TranslateException {
        try (Predictor<NDList, NDList> predictor = model.newPredictor()) {
            return predictor.predict(new NDList(manager.create(PIXELS, new Shape(2, 4))));
        }
    }

    private static Map<String, Seen> byName(List<Seen> all) {
        Map<String, Seen> map = new HashMap<>();
        all.forEach(s -> map.put(s.point(), s));
        return map;
    }

    @Test
    void aHookIsHandedWhatTheLayerGives() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("methods_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(model);
            List<Seen> all = new ArrayList<>();
            for (String point : List.of("x", "down", "act", "up", "act@1", "<root>")) {
                recorder.registerForwardHook(point, (name, t) -> all.add(Seen.of(name, t)));
            }
            NDList output = predict(model, manager);
            assertEquals(
                    List.of("x", "down", "act", "up", "act@1", "<root>"),
                    all.stream().map(Seen::point).toList());
            Map<String, Seen> seen = byName(all);
            assertArrayEquals(PIXELS, seen.get("x").values());
            assertArrayEquals(relu(seen.get("down").values()), seen.get("act").values());
            assertArrayEquals(relu(seen.get("up").values()), seen.get("act@1").values());
            assertArrayEquals(
                    output.singletonOrThrow().toFloatArray(), seen.get("<root>").values());
            assertArrayEquals(new long[] {2, 2}, seen.get("down").shape());
            // The model doubles its last ReLU.
            float[] doubled = seen.get("act@1").values().clone();
            for (int i = 0; i < doubled.length; i++) {
                doubled[i] *= 2;
            }
            assertArrayEquals(doubled, seen.get("<root>").values());
            for (Seen s : all) {
                TensorStatistics range = recorder.statistics().asMap().get(s.point());
                float[] sorted = s.values().clone();
                Arrays.sort(sorted);
                assertEquals(sorted[0], range.min(), s.point());
                assertEquals(sorted[sorted.length - 1], range.max(), s.point());
                assertEquals(sorted.length, range.count(), s.point());
            }
        }
    }

    private static float[] relu(float[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = Math.max(values[i], 0);
        }
        return result;
    }

    @Test
    void aPatternReachesEveryPointThatItMatches() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("shared_relu_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(model);
            List<Seen> all = new ArrayList<>();
            recorder.registerForwardHook("(bn|relu)[12@]*", (name, t) -> all.add(Seen.of(name, t)));
            predictImage(model, manager);
            assertEquals(
                    List.of("bn1", "relu", "bn2", "relu@1"),
                    all.stream().map(Seen::point).toList());
            Map<String, Seen> seen = byName(all);
            assertArrayEquals(relu(seen.get("bn1").values()), seen.get("relu").values());
        }
    }

    private static NDList predictImage(ZooModel<NDList, NDList> model, NDManager manager)
            throws TranslateException {
        try (Predictor<NDList, NDList> predictor = model.newPredictor()) {
            NDArray image = manager.arange(-50f, 50f).reshape(1, 4, 5, 5);
            return predictor.predict(new NDList(image));
        }
    }

    @Test
    void tensorsInListsAndDictsHaveHooksToo() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("containers_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(model);
            List<Seen> all = new ArrayList<>();
            ForwardHook keep = (name, t) -> all.add(Seen.of(name, t));
            for (String point :
                    List.of("lin", "parts[0]", "parts[1][1]", "parts[2][it's]", "<root>[2][sum]")) {
                recorder.registerForwardHook(point, keep);
            }
            predict(model, manager);
            Map<String, Seen> seen = byName(all);
            assertEquals(5, seen.size(), seen.keySet()::toString);
            float[] lin = seen.get("lin").values();
            for (int i = 0; i < lin.length; i++) {
                assertEquals(lin[i] + 1, seen.get("parts[0]").values()[i]);
                assertEquals(lin[i] - 1, seen.get("parts[1][1]").values()[i]);
                assertEquals(-lin[i], seen.get("parts[2][it's]").values()[i]);
            }
            float sum = lin[0] + lin[1] + lin[2] + lin[3];
            assertEquals(sum, seen.get("<root>[2][sum]").values()[0], 1e-5);
        }
    }

    @Test
    void aLoopHandsOutEachIteration() throws Exception {
        String methods =
                """
                  def forward(self: __torch__.models.calls.Codec, x: Tensor) -> Tensor:
                    y = x
                    for i in range(3):
                      y = torch.add(y, 1)
                    return y
                """;
        Path file = CaptureModels.program(folder, methods, "");
        try (ZooModel<NDList, NDList> model = CaptureModels.load(file, "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            List<Seen> all = new ArrayList<>();
            RangeCapture.of(model)
                    .registerForwardHook("/add", (name, t) -> all.add(Seen.of(name, t)));
            predict(model, manager);
            assertEquals(List.of(-1f, 0f, 1f), all.stream().map(s -> s.values()[0]).toList());
            TensorStatistics merged = RangeCapture.of(model).statistics().asMap().get("/add");
            assertEquals(-2, merged.min());
            assertEquals(7, merged.max());
            assertEquals(24, merged.count());
        }
    }

    @Test
    void aRemovedHookIsCalledNoMore() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("methods_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(model);
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            AutoCloseable one = recorder.registerForwardHook("act", (name, t) -> first.add(name));
            AutoCloseable two = recorder.registerForwardHook("act", (name, t) -> second.add(name));
            predict(model, manager);
            one.close();
            one.close();
            predict(model, manager);
            two.close();
            predict(model, manager);
            assertEquals(1, first.size());
            assertEquals(2, second.size());
            // Statistics go on whatever hooks come and go.
            assertEquals(3 * 4, recorder.statistics().asMap().get("act").count());
            assertEquals(6, recorder.statistics().provenance().samples());
        }
    }

    @Test
    void aHookThatThrowsFailsThePredictionAndNoOther() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("methods_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(model);
            float[] expected = predict(model, manager).singletonOrThrow().toFloatArray();
            AutoCloseable hook =
                    recorder.registerForwardHook(
                            "act",
                            (name, t) -> {
                                throw new IllegalStateException("enough of " + name);
                            });
            TranslateException e =
                    assertThrows(TranslateException.class, () -> predict(model, manager));
            assertTrue(e.toString().contains("enough of act"), e.toString());
            hook.close();
            assertArrayEquals(expected, predict(model, manager).singletonOrThrow().toFloatArray());
        }
    }

    @Test
    void aNameThatNoPointHasIsRefusedWithSomeThatThereAre() throws Exception {
        try (ZooModel<NDList, NDList> model =
                CaptureModels.load(CaptureModels.fixture("methods_scripted.pt"), "RangeCapture")) {
            RangeRecorder recorder = RangeCapture.of(model);
            for (String wrong : List.of("layer4", "act@9", "(", "(layer4|layer5).*")) {
                IllegalArgumentException e =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> recorder.registerForwardHook(wrong, (name, t) -> {}));
                assertTrue(e.getMessage().contains(wrong), e.getMessage());
                assertTrue(e.getMessage().contains("such as x, down"), e.getMessage());
            }
        }
    }

    @Test
    void aPointThatIsNotRecordedMayHaveAHook() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.criteria(
                                        CaptureModels.fixture("methods_scripted.pt"),
                                        "RangeCapture")
                                .optOption("points", "up")
                                .build()
                                .loadModel();
                NDManager manager = model.getNDManager().newSubManager()) {
            List<Seen> all = new ArrayList<>();
            RangeCapture.of(model)
                    .registerForwardHook("down", (name, t) -> all.add(Seen.of(name, t)));
            predict(model, manager);
            assertEquals(1, all.size());
            assertEquals(
                    List.of("up"),
                    List.copyOf(RangeCapture.of(model).statistics().asMap().keySet()));
        }
    }

    @Test
    void aHookMayPredictButNotChangeHooksOrCloseTheModel() throws Exception {
        AtomicReference<Exception> failure = new AtomicReference<>();
        AtomicBoolean within = new AtomicBoolean();
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("methods_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(model);
            List<String> messages = new ArrayList<>();
            recorder.registerForwardHook(
                    "act",
                    (name, t) -> {
                        if (within.getAndSet(true)) {
                            return;
                        }
                        try {
                            predict(model, manager);
                        } catch (TranslateException e) {
                            failure.set(e);
                        }
                        messages.add(
                                assertThrows(
                                                IllegalStateException.class,
                                                () ->
                                                        recorder.registerForwardHook(
                                                                "up", (n, u) -> {}))
                                        .getMessage());
                    });
            assertTimeoutPreemptively(Duration.ofMinutes(10), () -> predict(model, manager));
            assertEquals(null, failure.get());
            assertTrue(messages.get(0).contains("after predict"), messages.toString());
        }
    }

    @Test
    void aHookThatRemovesItselfIsCalledOnce() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("methods_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            AtomicReference<AutoCloseable> own = new AtomicReference<>();
            List<String> calls = new ArrayList<>();
            own.set(
                    RangeCapture.of(model)
                            .registerForwardHook(
                                    "act",
                                    (name, t) -> {
                                        calls.add(name);
                                        close(own.get());
                                    }));
            assertTimeoutPreemptively(Duration.ofMinutes(10), () -> predict(model, manager));
            predict(model, manager);
            assertEquals(List.of("act"), calls);
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHookMayBeClosedAfterItsModel() throws Exception {
        ZooModel<NDList, NDList> model =
                CaptureModels.load(CaptureModels.fixture("methods_scripted.pt"), "RangeCapture");
        AutoCloseable hook = RangeCapture.of(model).registerForwardHook("act", (name, t) -> {});
        model.close();
        hook.close();
        RangeRecorder recorder = RangeCapture.of(model);
        assertThrows(
                IllegalStateException.class,
                () -> recorder.registerForwardHook("act", (name, t) -> {}));
    }

    @Test
    void hooksOnAFileThatHasChangedAreRefused() throws Exception {
        Path file = folder.resolve("model.pt");
        Files.copy(CaptureModels.fixture("methods_scripted.pt"), file);
        try (ZooModel<NDList, NDList> model = CaptureModels.load(file, "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            RangeRecorder recorder = RangeCapture.of(model);
            Exception e =
                    assertThrows(
                            Exception.class,
                            () -> recorder.registerForwardHook("act", (name, t) -> {}));
            assertTrue(e instanceof UncheckedIOException, e.toString());
            predict(model, manager);
            assertEquals(4, recorder.statistics().asMap().get("act").count());
        }
    }

    @Test
    void hooksComeAndGoWhilePredictorsRun() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try (ZooModel<NDList, NDList> model =
                        CaptureModels.load(
                                CaptureModels.fixture("methods_scripted.pt"), "RangeCapture");
                NDManager manager = model.getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(model);
            float[] expected = predict(model, manager).singletonOrThrow().toFloatArray();
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> counts = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                counts.add(pool.submit(() -> predictUntil(done, model, expected)));
            }
            Map<String, Integer> calls = new ConcurrentHashMap<>();
            for (int i = 0; i < 5; i++) {
                AutoCloseable hook =
                        recorder.registerForwardHook(
                                i % 2 == 0 ? "act.*" : "up",
                                (name, t) -> calls.merge(name, 1, Integer::sum));
                predict(model, manager);
                hook.close();
            }
            done.set(true);
            int predictions = 1 + 5;
            for (Future<Integer> count : counts) {
                predictions += count.get();
            }
            assertTrue(calls.keySet().containsAll(List.of("act", "act@1", "up")), calls::toString);
            assertEquals(predictions * 4, recorder.statistics().asMap().get("act").count());
            assertEquals(predictions * 2, recorder.statistics().provenance().samples());
        } finally {
            pool.shutdownNow();
        }
    }

    private static int predictUntil(
            AtomicBoolean done, ZooModel<NDList, NDList> model, float[] expected)
            throws TranslateException {
        int n = 0;
        while (!done.get()) {
            try (NDManager manager = model.getNDManager().newSubManager()) {
                float[] actual = predict(model, manager).singletonOrThrow().toFloatArray();
                assertArrayEquals(expected, actual);
                n++;
            }
        }
        return n;
    }

    @Test
    void predictingLeavesNothingInTheModelsManager() throws Exception {
        try (ZooModel<NDList, NDList> model =
                CaptureModels.load(
                        CaptureModels.fixture("containers_scripted.pt"), "RangeCapture")) {
            RangeCapture.of(model).registerForwardHook(".*", (name, t) -> {});
            int before = count(model);
            for (int i = 0; i < 20; i++) {
                try (NDManager manager = model.getNDManager().newSubManager()) {
                    predict(model, manager).close();
                }
            }
            assertEquals(before, count(model));
        }
    }

    private static int count(ZooModel<NDList, NDList> model) {
        return model.getNDManager().getManagedArrays().size();
    }
}
