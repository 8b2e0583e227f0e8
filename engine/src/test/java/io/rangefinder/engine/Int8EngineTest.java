package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.backend.Backends;
import io.rangefinder.engine.backend.spi.BackendUnavailableException;
import io.rangefinder.engine.compare.Comparison;
import io.rangefinder.engine.compile.UnsuitableRangesException;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.match.DifferentModelException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way: capture on one engine, then the same Criteria with another word. */
class Int8EngineTest {

    private static final Path MODELS = Path.of("../examples/models").toAbsolutePath().normalize();
    private static final int TESTED = 2000;

    @TempDir static Path folder;

    @BeforeAll
    static void captureRanges() throws Exception {
        for (String name : List.of("resnet", "mobilenet")) {
            Files.copy(MODELS.resolve(name + "_traced.pt"), folder.resolve(name + ".pt"));
            capture(name);
        }
    }

    private static void capture(String name) throws Exception {
        FashionMnistSamples images = FashionMnistSamples.calibration();
        Criteria<NDList, NDList> criteria =
                criteria(name)
                        .optEngine("RangeCapture")
                        .optOption("ranges", folder.resolve(name + ".ranges").toString())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            for (int from = 0; from < 512; from += 32) {
                predictor.predict(batch(manager, images, from, 32));
            }
        }
    }

    private static Criteria.Builder<NDList, NDList> criteria(String name) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve(name + ".pt"))
                .optTranslator(new NoopTranslator());
    }

    private static Criteria.Builder<NDList, NDList> int8(String name) {
        return criteria(name)
                .optEngine("Int8")
                .optOption("cache", folder.resolve("cache").toString());
    }

    private static NDList batch(NDManager manager, FashionMnistSamples images, int from, int n) {
        return new NDList(manager.create(images.values(from, n), new Shape(n, 1, 28, 28)));
    }

    @ParameterizedTest
    @CsvSource({
        "resnet, simulate, 32.5, 0.002",
        "mobilenet, simulate, 30.5, 0.002",
        "resnet, onnxruntime, 30, 0.003",
        "mobilenet, onnxruntime, 28, 0.003"
    })
    void oneWordInTheCriteriaGivesInt8(String name, String backend, double sqnr, double points)
            throws Exception {
        FashionMnistSamples images = FashionMnistSamples.test();
        Comparison comparison = new Comparison();
        try (ZooModel<NDList, NDList> plain =
                        criteria(name).optEngine("PyTorch").build().loadModel();
                ZooModel<NDList, NDList> int8 =
                        int8(name).optOption("backend", backend).build().loadModel();
                Predictor<NDList, NDList> expected = plain.newPredictor();
                Predictor<NDList, NDList> actual = int8.newPredictor();
                NDManager manager = plain.getNDManager().newSubManager()) {
            for (int from = 0; from < TESTED; from += 100) {
                NDList inputs = batch(manager, images, from, 100);
                comparison.add(
                        expected.predict(inputs).get(0).toFloatArray(),
                        actual.predict(inputs).get(0).toFloatArray(),
                        10,
                        Optional.of(images.labels(from, 100)));
            }
        }
        assertTrue(comparison.sqnr() > sqnr, () -> "SQNR " + comparison.sqnr());
        double lost =
                comparison.referenceTop1().orElseThrow() - comparison.actualTop1().orElseThrow();
        // On a fifth of the test set one image counts five times as much.
        assertTrue(lost <= points + 0.002, () -> "top-1 lost " + lost);
        assertTrue(comparison.agreement().orElseThrow() > 0.97);
    }

    @Test
    void theCompiledModelIsMadeOnceAndTwoAtOnceAreSafe() throws Exception {
        Path cache = folder.resolve("shared-cache");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Callable<float[]> load =
                () -> {
                    try (ZooModel<NDList, NDList> model =
                                    criteria("resnet")
                                            .optEngine("Int8")
                                            .optOption("cache", cache.toString())
                                            .build()
                                            .loadModel();
                            Predictor<NDList, NDList> predictor = model.newPredictor();
                            NDManager manager = model.getNDManager().newSubManager()) {
                        return predictor
                                .predict(batch(manager, FashionMnistSamples.test(), 0, 4))
                                .get(0)
                                .toFloatArray();
                    }
                };
        try {
            Future<float[]> one = threads.submit(load);
            Future<float[]> two = threads.submit(load);
            assertArrayEquals(one.get(), two.get());
        } finally {
            threads.shutdown();
        }
        List<Path> made = list(cache);
        assertEquals(2, made.size(), made::toString);
        long time = Files.getLastModifiedTime(made.get(0)).toMillis();
        load.call();
        assertEquals(made, list(cache));
        assertEquals(time, Files.getLastModifiedTime(made.get(0)).toMillis());
    }

    private static List<Path> list(Path cache) throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.sorted().toList();
        }
    }

    /** The application's own translator: pixels in, the class out. */
    private static final class Pixels implements Translator<float[], Integer> {

        @Override
        public NDList processInput(TranslatorContext ctx, float[] pixels) {
            NDArray image = ctx.getNDManager().create(pixels, new Shape(1, 28, 28));
            return new NDList(image.toType(ai.djl.ndarray.types.DataType.FLOAT64, false));
        }

        @Override
        public Integer processOutput(TranslatorContext ctx, NDList outputs) {
            return (int) outputs.singletonOrThrow().softmax(0).argMax().getLong();
        }

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }
    }

    @Test
    void anApplicationsTranslatorRunsOnManyThreadsAtOnce() throws Exception {
        FashionMnistSamples images = FashionMnistSamples.test();
        List<float[]> inputs = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            inputs.add(images.values(i, 1));
        }
        Criteria<float[], Integer> criteria =
                Criteria.builder()
                        .setTypes(float[].class, Integer.class)
                        .optModelPath(folder.resolve("resnet.pt"))
                        .optTranslator(new Int8Translator<>(new Pixels()))
                        .optEngine(Int8.ENGINE)
                        .optOption(Int8.OPTION_CACHE, folder.resolve("cache").toString())
                        .build();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ZooModel<float[], Integer> model = criteria.loadModel()) {
            List<Integer> expected;
            try (Predictor<float[], Integer> predictor = model.newPredictor()) {
                expected = predictor.batchPredict(inputs);
            }
            int[] labels = images.labels(0, 64);
            long right = 0;
            for (int i = 0; i < 64; i++) {
                right += expected.get(i) == labels[i] ? 1 : 0;
            }
            assertTrue(right > 54, "only " + right + " of 64 are right");
            Callable<List<Integer>> oneByOne =
                    () -> {
                        List<Integer> answers = new ArrayList<>();
                        try (Predictor<float[], Integer> predictor = model.newPredictor()) {
                            for (float[] input : inputs) {
                                answers.add(predictor.predict(input));
                            }
                        }
                        return answers;
                    };
            for (Future<List<Integer>> answers :
                    threads.invokeAll(List.of(oneByOne, oneByOne, oneByOne, oneByOne))) {
                assertEquals(expected, answers.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void theEngineIsNeverTheDefault() {
        assertEquals("PyTorch", Engine.getDefaultEngineName());
        assertTrue(Engine.hasEngine("Int8") && Engine.hasEngine("RangeCapture"));
    }

    @Test
    void tensorrtSaysWhichRungFailedAndWhatElseToUse() {
        Criteria<NDList, NDList> criteria = int8("resnet").optOption("backend", "tensorrt").build();
        BackendUnavailableException e =
                assertThrows(BackendUnavailableException.class, criteria::loadModel);
        String why = Backends.here().named("tensorrt").ladder(0).problem().orElseThrow();
        assertTrue(e.getMessage().contains(why), e.getMessage());
        assertTrue(e.getMessage().contains("use backend simulate"), e.getMessage());
    }

    @Test
    void anUnknownBackendNamesTheOnesThereAre() {
        Criteria<NDList, NDList> criteria = int8("resnet").optOption("backend", "gpu").build();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, criteria::loadModel);
        assertTrue(e.getMessage().contains("tensorrt, onnxruntime, simulate"), e.getMessage());
    }

    @Test
    void rangesOfAnotherModelAreRefused() {
        Criteria<NDList, NDList> criteria =
                int8("mobilenet")
                        .optOption("ranges", folder.resolve("resnet.ranges").toString())
                        .build();
        UnsuitableRangesException e =
                assertThrows(UnsuitableRangesException.class, criteria::loadModel);
        assertTrue(e.getMessage().contains("capture ranges of this model"), e.getMessage());
    }

    @Test
    void anOnnxOfAnotherModelIsRefused() {
        Criteria<NDList, NDList> criteria =
                int8("resnet")
                        .optOption("onnx", MODELS.resolve("mobilenet.onnx").toString())
                        .build();
        DifferentModelException e =
                assertThrows(DifferentModelException.class, criteria::loadModel);
        assertTrue(e.getMessage().contains("mobilenet.onnx"), e.getMessage());
    }

    @Test
    void missingFilesAreNamed() {
        Criteria<NDList, NDList> noRanges =
                int8("resnet").optOption("ranges", folder.resolve("no.ranges").toString()).build();
        assertTrue(
                assertThrows(FileNotFoundException.class, noRanges::loadModel)
                        .getMessage()
                        .contains("RangeCapture"));
        Criteria<NDList, NDList> noOnnx =
                int8("resnet").optOption("onnx", folder.resolve("no.onnx").toString()).build();
        assertTrue(
                assertThrows(FileNotFoundException.class, noOnnx::loadModel)
                        .getMessage()
                        .contains("no.onnx"));
    }

    @Test
    void rangesWithoutThoseOfTheLayersAreRefused() throws Exception {
        DynamicRanges all = RangeFiles.read(folder.resolve("resnet.ranges"));
        Path few = folder.resolve("few.ranges");
        RangeFiles.write(
                DynamicRanges.builder()
                        .add("<root>", new DynamicRange(3))
                        .optProvenance(all.provenance())
                        .build(),
                few);
        Criteria<NDList, NDList> criteria =
                int8("resnet").optOption("ranges", few.toString()).build();
        UnsuitableRangesException e =
                assertThrows(UnsuitableRangesException.class, criteria::loadModel);
        assertTrue(e.getMessage().contains("no layer"), e.getMessage());
    }

    @Test
    void aWrongInputIsNamed() throws Exception {
        try (ZooModel<NDList, NDList> model = int8("resnet").build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList wrong = new NDList(manager.zeros(new Shape(2, 3, 28, 28)));
            Exception e = assertThrows(Exception.class, () -> predictor.predict(wrong));
            assertTrue(e.getCause().getMessage().contains("input"), e::toString);
            assertTrue(e.getCause().getMessage().contains("(2, 3, 28, 28)"), e::toString);
        }
    }

    @Test
    void captureAndInt8AgreeOnWhatTheModelIsCalled() throws Exception {
        try (ZooModel<NDList, NDList> model = int8("resnet").build().loadModel()) {
            assertThrows(IllegalArgumentException.class, () -> RangeCapture.of(model));
            assertEquals("resnet", model.getName());
        }
    }
}
