package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.PaddingStackBatchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.block.Samples;
import io.rangefinder.engine.session.TensorDescription;
import io.rangefinder.engine.session.UnsuitableInputException;
import io.rangefinder.engine.tensorrt.session.DeviceMemoryException;
import io.rangefinder.engine.tensorrt.session.StandInPlans;
import io.rangefinder.engine.tensorrt.session.StandInTrtDevice;
import io.rangefinder.engine.tensorrt.session.TrtBoundModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DJL's own Criteria and predictors on a backend with bound buffers. */
class BoundPredictorTest {

    private static final String ENGINE = "Int8 on a stand-in for a device";
    private static final int BATCH = 4;

    @TempDir static Path folder;

    private static StandInTrtDevice device = StandInPlans.linear(BATCH);
    private static Function<TensorDescription, DataType> outputType = TensorDescription::type;
    private static final AtomicReference<Device> gpu = new AtomicReference<>();

    @BeforeAll
    static void registerEngine() throws Exception {
        Files.createFile(folder.resolve("model.onnx"));
        Engine.registerEngine(
                new StandInEngineProvider(
                        ENGINE,
                        (file, request) -> {
                            gpu.set(request.device());
                            TrtBoundModel bound = device.load();
                            return LoadedModel.bound(
                                    bound,
                                    bound.outputs().stream().map(outputType).toList(),
                                    Map.of(),
                                    "all in INT8");
                        }));
    }

    @AfterEach
    void theDeviceLives() {
        assertEquals(List.of(), device.broken());
        assertEquals(0, device.sessions());
        assertEquals(0, device.models());
        device = StandInPlans.linear(BATCH);
        outputType = TensorDescription::type;
    }

    private static <I, O> Criteria.Builder<I, O> criteria(
            Class<I> input, Class<O> output, Translator<I, O> translator) {
        return Criteria.builder()
                .setTypes(input, output)
                .optModelPath(folder.resolve("model.onnx"))
                .optEngine(ENGINE)
                .optTranslator(translator);
    }

    /** The application's own: whole numbers of any type in, results out. */
    private static class Features implements Translator<float[], float[]> {

        private final Batchifier batchifier;
        private final DataType type;

        Features(Batchifier batchifier, DataType type) {
            this.batchifier = batchifier;
            this.type = type;
        }

        @Override
        public Batchifier getBatchifier() {
            return batchifier;
        }

        @Override
        public NDList processInput(TranslatorContext ctx, float[] features) {
            long[] shape = batchifier == null ? new long[] {1, 5} : new long[] {5};
            NDArray array = ctx.getNDManager().create(features, new Shape(shape));
            return new NDList(array.toType(type, false));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList outputs) {
            return outputs.singletonOrThrow().toFloatArray();
        }
    }

    /** TensorRT 8.6 gives int32 for a model's int64, which {@code toLongArray} refuses. */
    @Test
    void outputsAreOfTheModelsOwnTypes() throws Exception {
        outputType = output -> DataType.INT64;
        float[] sample = {1, 2, 3, 4, 5};
        try (ZooModel<NDList, NDList> model =
                        criteria(NDList.class, NDList.class, new NoopTranslator())
                                .build()
                                .loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDArray output =
                    predictor
                            .predict(new NDList(manager.create(sample, new Shape(1, 5))))
                            .singletonOrThrow();
            assertEquals("y", output.getName());
            float[] expected = StandInPlans.linear(sample);
            long[] actual = output.toLongArray();
            for (int k = 0; k < expected.length; k++) {
                assertEquals((long) expected[k], actual[k]);
            }
        }
    }

    private static List<float[]> samples(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new float[] {i, i % 5 - 2, 3, -i, 2 * i % 7})
                .toList();
    }

    private static void assertAnswers(List<float[]> inputs, List<float[]> outputs) {
        assertEquals(inputs.size(), outputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            assertArrayEquals(StandInPlans.linear(inputs.get(i)), outputs.get(i));
        }
    }

    private static void assertAnswersInAnyBatch(Translator<float[], float[]> translator)
            throws Exception {
        try (ZooModel<float[], float[]> model =
                        criteria(float[].class, float[].class, translator).build().loadModel();
                Predictor<float[], float[]> predictor = model.newPredictor()) {
            for (int size : new int[] {12, 1, 5, 4, 3, 9, 8, 2}) {
                assertAnswers(samples(size), predictor.batchPredict(samples(size)));
            }
            for (float[] one : samples(3)) {
                assertArrayEquals(StandInPlans.linear(one), predictor.predict(one));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "FLOAT64", "FLOAT16", "INT64"})
    void samplesOfAnyTypeGoStraightIntoTheirSlots(DataType type) throws Exception {
        assertAnswersInAnyBatch(new Int8Translator<>(new Features(Batchifier.STACK, type)));
    }

    @Test
    void otherBatchifiersAreAskedForWholeBatches() throws Exception {
        for (Batchifier batchifier :
                new Batchifier[] {
                    PaddingStackBatchifier.builder()
                            .addPad(0, 0, manager -> manager.zeros(new Shape(1)))
                            .build(),
                    Batchifier.fromString("padding"),
                    Batchifier.fromString("none")
                }) {
            assertAnswersInAnyBatch(
                    new Int8Translator<>(new Features(batchifier, DataType.FLOAT64)));
        }
    }

    @Test
    void noInputsGiveNoOutputs() throws Exception {
        try (ZooModel<float[], float[]> model = features().build().loadModel();
                Predictor<float[], float[]> predictor = model.newPredictor()) {
            assertEquals(List.of(), predictor.batchPredict(List.of()));
        }
    }

    @Test
    void aPlainTranslatorWorksAsWell() throws Exception {
        assertAnswersInAnyBatch(new Features(Batchifier.STACK, DataType.FLOAT32));
        assertAnswersInAnyBatch(new Features(null, DataType.FLOAT64));
    }

    @Test
    void samplesAreNeverStacked() throws Exception {
        Int8Translator<float[], float[]> plain =
                new Int8Translator<>(new Features(Batchifier.STACK, DataType.FLOAT32));
        Translator<float[], float[]> apart = plain.withSamplesApart();
        try (ZooModel<float[], float[]> model =
                        criteria(float[].class, float[].class, plain).build().loadModel();
                Predictor.PredictorContext ctx =
                        new Predictor.PredictorContext(model, model.getNDManager(), null)) {
            NDList stacked = plain.batchProcessInput(ctx, samples(3));
            assertEquals(new Shape(3, 5), stacked.singletonOrThrow().getShape());
            NDList samples = apart.batchProcessInput(ctx, samples(3));
            assertEquals(3, samples.size());
            assertTrue(samples instanceof Samples);
        }
    }

    @Test
    void aTranslatorThatMakesItsOwnBatchesIsAskedForThem() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Translator<float[], float[]> own =
                new Features(Batchifier.STACK, DataType.FLOAT32) {
                    @Override
                    public NDList batchProcessInput(TranslatorContext ctx, List<float[]> inputs) {
                        calls.incrementAndGet();
                        float[] all = new float[inputs.size() * 5];
                        for (int i = 0; i < inputs.size(); i++) {
                            System.arraycopy(inputs.get(i), 0, all, i * 5, 5);
                        }
                        return new NDList(
                                ctx.getNDManager().create(all, new Shape(inputs.size(), 5)));
                    }
                };
        assertAnswersInAnyBatch(new Int8Translator<>(own));
        assertEquals(11, calls.get());
    }

    @Test
    void severalArraysASampleKeepTheirPlaces() throws Exception {
        device =
                new StandInTrtDevice(
                        StandInPlans.plan(
                                List.of(
                                        StandInPlans.floats("a", 2, 1),
                                        StandInPlans.ints("b", 2, 2)),
                                List.of(StandInPlans.ints("c", 2, 2), StandInPlans.floats("d", 2))),
                        (in, out) -> {
                            for (int i = 0; i < 2; i++) {
                                float a = in.get(0).getFloat(i * 4);
                                out.get(0).putInt(i * 8, in.get(1).getInt(i * 8) + 1);
                                out.get(0).putInt(i * 8 + 4, in.get(1).getInt(i * 8 + 4) + 1);
                                out.get(1).putFloat(i * 4, a * 2);
                            }
                        });
        Translator<Integer, String> pairs =
                new Translator<>() {
                    @Override
                    public NDList processInput(TranslatorContext ctx, Integer i) {
                        return new NDList(
                                ctx.getNDManager().create(new double[] {i}),
                                ctx.getNDManager().create(new long[] {i, -i}));
                    }

                    @Override
                    public String processOutput(TranslatorContext ctx, NDList outputs) {
                        int[] c = outputs.get(0).toIntArray();
                        return c[0] + " " + c[1] + " " + outputs.get(1).getFloat();
                    }
                };
        try (ZooModel<Integer, String> model =
                        criteria(Integer.class, String.class, new Int8Translator<>(pairs))
                                .build()
                                .loadModel();
                Predictor<Integer, String> predictor = model.newPredictor()) {
            assertEquals(
                    List.of("2 0 2.0", "3 -1 4.0", "4 -2 6.0"),
                    predictor.batchPredict(List.of(1, 2, 3)));
        }
    }

    @Test
    void arraysThatLeaveThePredictorStay() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        criteria(NDList.class, NDList.class, new NoopTranslator())
                                .build()
                                .loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            NDArray x = model.getNDManager().ones(new Shape(2, 5));
            NDArray first = predictor.predict(new NDList(x)).get(0);
            predictor.predict(new NDList(x.mul(7)));
            float[] one = StandInPlans.linear(new float[] {1, 1, 1, 1, 1});
            assertArrayEquals(new float[] {one[0], one[1], one[2]}, first.get(1).toFloatArray());
        }
    }

    private static Criteria.Builder<float[], float[]> features() {
        return criteria(
                float[].class,
                float[].class,
                new Int8Translator<>(new Features(Batchifier.STACK, DataType.FLOAT32)));
    }

    @Test
    void predictorsOnThreadsOfTheirOwnRunAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (ZooModel<float[], float[]> model = features().build().loadModel()) {
            Callable<Void> work =
                    () -> {
                        try (Predictor<float[], float[]> predictor = model.newPredictor()) {
                            for (int i = 1; i < 40; i++) {
                                List<float[]> inputs = samples(i);
                                assertAnswers(inputs, predictor.batchPredict(inputs));
                            }
                        }
                        return null;
                    };
            for (Future<Void> done :
                    threads.invokeAll(List.of(work, work, work, work, work, work))) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void threadsThatShareOnePredictorGetTheirOwnResults() throws Exception {
        try (ZooModel<float[], float[]> model = features().build().loadModel();
                Predictor<float[], float[]> predictor = model.newPredictor()) {
            predictor.predict(samples(1).get(0));
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int t = 1; t < 60; t++) {
                List<float[]> inputs = samples(t).subList(t / 2, t);
                all.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    try {
                                        assertAnswers(inputs, predictor.batchPredict(inputs));
                                    } catch (TranslateException e) {
                                        throw new IllegalStateException(e);
                                    }
                                }));
            }
            all.forEach(CompletableFuture::join);
        }
    }

    @Test
    void closingAPredictorGivesItsSessionToTheNext() throws Exception {
        try (ZooModel<float[], float[]> model = features().build().loadModel()) {
            for (int i = 0; i < 5; i++) {
                try (Predictor<float[], float[]> predictor = model.newPredictor()) {
                    predictor.predict(samples(1).get(0));
                }
            }
            assertEquals(1, device.created());
        }
    }

    @Test
    @Timeout(600)
    void aPredictorThatIsForgottenIsClosedWhenItIsCollected() throws Exception {
        device = StandInPlans.linear(BATCH, 1);
        try (ZooModel<float[], float[]> model = features().build().loadModel()) {
            forget(model);
            boolean lent = true;
            while (lent) {
                System.gc();
                Thread.sleep(20);
                try (Predictor<float[], float[]> next = model.newPredictor()) {
                    assertAnswers(samples(2), next.batchPredict(samples(2)));
                    lent = false;
                } catch (DeviceMemoryException e) {
                    lent = true; // The only session is still the forgotten predictor's.
                }
            }
            assertEquals(1, device.created());
        }
    }

    @Test
    void aPredictorThatTheDeviceHasNoRoomForIsRefusedAndTheOthersGoOn() throws Exception {
        device = StandInPlans.linear(BATCH, 2);
        try (ZooModel<float[], float[]> model = features().build().loadModel();
                Predictor<float[], float[]> one = model.newPredictor();
                Predictor<float[], float[]> two = model.newPredictor()) {
            DeviceMemoryException e =
                    assertThrows(DeviceMemoryException.class, model::newPredictor);
            assertTrue(e.getMessage().contains("fewer predictors"), e.getMessage());
            assertAnswers(samples(5), one.batchPredict(samples(5)));
            assertAnswers(samples(5), two.batchPredict(samples(5)));
        }
    }

    private static void forget(ZooModel<float[], float[]> model) throws TranslateException {
        model.newPredictor().predict(samples(1).get(0));
    }

    @Test
    void closingTheModelEndsPredictorsThatAreOpen() throws Exception {
        ZooModel<float[], float[]> model = features().build().loadModel();
        Predictor<float[], float[]> predictor = model.newPredictor();
        model.close();
        assertEquals(0, device.models());
        assertThrows(Exception.class, () -> predictor.predict(samples(1).get(0)));
        predictor.close();
        assertThrows(IllegalStateException.class, model::newPredictor);
    }

    @Test
    void theGpuOfTheCriteriaIsTheBackendsAndArraysStayOnTheCpu() throws Exception {
        try (ZooModel<float[], float[]> model =
                features().optDevice(Device.gpu(3)).build().loadModel()) {
            assertEquals(Device.gpu(3), gpu.get());
            assertEquals(Device.cpu(), model.getNDManager().getDevice());
            try (Predictor<float[], float[]> predictor = model.newPredictor(Device.gpu(3))) {
                assertAnswers(samples(5), predictor.batchPredict(samples(5)));
            }
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> model.newPredictor(Device.gpu(1)));
            assertTrue(e.getMessage().contains("gpu(3)"), e.getMessage());
            assertTrue(e.getMessage().contains("gpu(1)"), e.getMessage());
        }
    }

    @Test
    void metricsAndDescriptionsAreAsOfAnyModel() throws Exception {
        try (ZooModel<float[], float[]> model = features().build().loadModel();
                Predictor<float[], float[]> predictor = model.newPredictor()) {
            Metrics metrics = new Metrics();
            predictor.setMetrics(metrics);
            predictor.batchPredict(samples(6));
            assertTrue(metrics.hasMetric("Inference") && metrics.hasMetric("Preprocess"));
            assertEquals(new Shape(BATCH, 5), model.describeInput().get("x"));
            assertEquals(new Shape(BATCH, 3), model.describeOutput().get("y"));
        }
    }

    @Test
    void trainingAndUseWithoutAPredictorAreRefused() throws Exception {
        try (ZooModel<float[], float[]> model = features().build().loadModel()) {
            NDList inputs = new NDList(model.getNDManager().ones(new Shape(1, 5)));
            ParameterStore parameters = new ParameterStore(model.getNDManager(), false);
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> model.getBlock().forward(parameters, inputs, true));
            UnsupportedOperationException e =
                    assertThrows(
                            UnsupportedOperationException.class,
                            () -> model.getBlock().forward(parameters, inputs, false));
            assertTrue(e.getMessage().contains("predictor"), e.getMessage());
        }
    }

    @Test
    void aSampleOfAnotherShapeIsNamedAndTheNextBatchIsFine() throws Exception {
        try (ZooModel<float[], float[]> model = features().build().loadModel();
                Predictor<float[], float[]> predictor =
                        model.newPredictor(
                                new Int8Translator<>(
                                        new Features(Batchifier.STACK, DataType.FLOAT32) {
                                            @Override
                                            public NDList processInput(
                                                    TranslatorContext ctx, float[] features) {
                                                return new NDList(
                                                        ctx.getNDManager().create(features));
                                            }
                                        }))) {
            TranslateException e =
                    assertThrows(
                            TranslateException.class,
                            () -> predictor.batchPredict(List.of(new float[5], new float[6])));
            assertTrue(e.getCause() instanceof UnsuitableInputException, e::toString);
            assertTrue(e.getCause().getMessage().contains("(6) in sample 1"), e::toString);
            assertAnswers(samples(3), predictor.batchPredict(samples(3)));
        }
    }
}
