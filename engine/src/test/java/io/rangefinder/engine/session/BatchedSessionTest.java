package io.rangefinder.engine.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.tensorrt.session.PlanSignature;
import io.rangefinder.engine.tensorrt.session.StandInPlans;
import io.rangefinder.engine.tensorrt.session.StandInTrtDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchedSessionTest {

    private static final int BATCH = 4;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private StandInTrtDevice device = StandInPlans.linear(BATCH);

    @AfterEach
    void theDeviceLives() {
        manager.close();
        assertEquals(List.of(), device.broken());
        assertEquals(0, device.sessions());
        assertEquals(0, device.models());
    }

    private static float[] sample(int seed) {
        float[] values = new float[5];
        for (int i = 0; i < values.length; i++) {
            values[i] = (seed * 13 + i * 5) % 17 - 8;
        }
        return values;
    }

    private NDArray stacked(int from, int count) {
        float[] all = new float[count * 5];
        for (int i = 0; i < count; i++) {
            System.arraycopy(sample(from + i), 0, all, i * 5, 5);
        }
        return manager.create(all, new Shape(count, 5));
    }

    private List<NDList> apart(int from, int count) {
        List<NDList> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(new NDList(manager.create(sample(from + i))));
        }
        return samples;
    }

    private static float[] expected(int from, int count) {
        float[] all = new float[count * 3];
        for (int i = 0; i < count; i++) {
            System.arraycopy(StandInPlans.linear(sample(from + i)), 0, all, i * 3, 3);
        }
        return all;
    }

    @Test
    void anyBatchGivesWhatItsSamplesGive() throws IOException {
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model)) {
            long runs = 0;
            for (int size : new int[] {12, 1, 7, 4, 2, 11, 3, 8, 5, 9, 6, 10}) {
                try (Batch whole = Batch.whole(model, new NDList(stacked(size, size)));
                        Batch apart = Batch.samples(model, apart(size, size))) {
                    NDArray fromWhole = session.run(whole, manager).singletonOrThrow();
                    NDArray fromApart = session.run(apart, manager).singletonOrThrow();
                    assertEquals(new Shape(size, 3), fromWhole.getShape());
                    assertEquals("y", fromWhole.getName());
                    assertArrayEquals(expected(size, size), fromWhole.toFloatArray());
                    assertArrayEquals(expected(size, size), fromApart.toFloatArray());
                }
                runs += 2 * ((size + BATCH - 1) / BATCH);
            }
            assertEquals(runs, device.runs());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 9})
    void severalInputsAndOutputsKeepTheirPlaces(int size) throws IOException {
        device = StandInPlans.several(BATCH);
        int[] numbers = new int[size * 4];
        Arrays.setAll(numbers, i -> i * 3);
        NDList inputs =
                new NDList(
                        stacked(0, size),
                        manager.create(new float[] {3}),
                        manager.create(numbers, new Shape(size, 2, 2)));
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model);
                Batch batch = Batch.whole(model, inputs)) {
            NDList outputs = session.run(batch, manager);
            float[] y = expected(0, size);
            for (int i = 0; i < y.length; i++) {
                y[i] *= 3;
            }
            assertArrayEquals(y, outputs.get(0).toFloatArray());
            assertEquals(new Shape(size, 2, 2), outputs.get(1).getShape());
            assertArrayEquals(
                    Arrays.stream(numbers).map(n -> 2 * n + 1).toArray(),
                    outputs.get(1).toIntArray());
        }
    }

    @Test
    void slotsWithoutSamplesHoldZerosAndAreNotWrittenAgain() throws IOException {
        List<float[]> seen = new ArrayList<>();
        List<TensorDescription> x = List.of(StandInPlans.floats("x", BATCH, 5));
        device =
                new StandInTrtDevice(
                        StandInPlans.plan(x, List.of(StandInPlans.floats("y", BATCH, 3))),
                        (in, out) -> {
                            float[] values = new float[BATCH * 5];
                            in.get(0).asFloatBuffer().get(values);
                            seen.add(values);
                        });
        try (BoundModel model = device.load();
                WatchedModel watched = new WatchedModel(model);
                BatchedSession session = new BatchedSession(watched)) {
            for (int size : new int[] {3, 6, 1, 2}) {
                try (Batch batch = Batch.whole(model, new NDList(stacked(1, size)))) {
                    session.run(batch, manager);
                }
            }
            int[] starts = {1, 1, 5, 1, 1};
            int[] counts = {3, 4, 2, 1, 2};
            for (int run = 0; run < counts.length; run++) {
                float[] slots = new float[BATCH * 5];
                for (int i = 0; i < counts[run]; i++) {
                    System.arraycopy(sample(starts[run] + i), 0, slots, i * 5, 5);
                }
                assertArrayEquals(slots, seen.get(run));
            }
            // A mark where zeros are already: nothing writes there as long as batches are no
            // longer.
            watched.input.putFloat(15 * 4, 42);
            try (Batch batch = Batch.whole(model, new NDList(stacked(1, 1)))) {
                session.run(batch, manager);
                session.run(batch, manager);
            }
            assertEquals(42, seen.get(6)[15]);
            assertEquals(0, seen.get(6)[5]);
        }
    }

    /** Shows the buffer of a session's first input. */
    private static final class WatchedModel implements BoundModel {

        private final BoundModel model;
        private ByteBuffer input = ByteBuffer.allocate(0);

        WatchedModel(BoundModel model) {
            this.model = model;
        }

        @Override
        public List<TensorDescription> inputs() {
            return model.inputs();
        }

        @Override
        public List<TensorDescription> outputs() {
            return model.outputs();
        }

        @Override
        public BatchLayout batches() {
            return model.batches();
        }

        @Override
        public BoundSession newSession() {
            BoundSession session = model.newSession();
            input = session.input(0);
            return session;
        }

        @Override
        public void close() {
            model.close();
        }
    }

    @Test
    void resultsStayWhenTheNextBatchRunsAndTheSessionCloses() throws IOException {
        NDArray first;
        try (BoundModel model = device.load()) {
            try (BatchedSession session = new BatchedSession(model);
                    Batch one = Batch.whole(model, new NDList(stacked(0, 6)));
                    Batch two = Batch.whole(model, new NDList(stacked(50, 6)))) {
                first = session.run(one, manager).get(0);
                session.run(two, manager);
            }
        }
        assertArrayEquals(expected(0, 6), first.toFloatArray());
    }

    @Test
    void aViewOfAResultOutlivesIt() throws Exception {
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model);
                Batch batch = Batch.whole(model, new NDList(stacked(0, 4)))) {
            NDManager shortLived = manager.newSubManager();
            NDArray view = session.run(batch, shortLived).get(0).get("1:2");
            view.attach(manager);
            shortLived.close();
            for (int i = 0; i < 20; i++) {
                System.gc();
                ByteBuffer.allocateDirect(1 << 20);
            }
            assertArrayEquals(expected(1, 1), view.toFloatArray());
        }
    }

    @Test
    void otherTypesAndViewsAreConverted() throws IOException {
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model)) {
            NDArray plain = stacked(3, 6);
            NDArray turned = plain.transpose().toType(DataType.FLOAT32, true).transpose();
            for (NDArray x :
                    List.of(
                            plain.toType(DataType.FLOAT64, false),
                            plain.toType(DataType.FLOAT16, false),
                            plain.toType(DataType.INT64, false),
                            turned)) {
                List<NDList> rows = x.split(6).stream().map(r -> new NDList(r.squeeze(0))).toList();
                try (Batch whole = Batch.whole(model, new NDList(x));
                        Batch apart = Batch.samples(model, rows)) {
                    assertArrayEquals(
                            expected(3, 6), session.run(whole, manager).get(0).toFloatArray());
                    assertArrayEquals(
                            expected(3, 6), session.run(apart, manager).get(0).toFloatArray());
                }
            }
        }
    }

    @Test
    void aBatchOfNoSamplesGivesNone() throws IOException {
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model);
                Batch batch = Batch.whole(model, new NDList(manager.create(new Shape(0, 5))))) {
            assertEquals(new Shape(0, 3), session.run(batch, manager).get(0).getShape());
            assertEquals(0, device.runs());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 6, 9})
    void timeFirstOutputsArePutTogetherAlongTheirSecondAxis(int samples) throws IOException {
        List<TensorDescription> in = List.of(StandInPlans.floats("x", BATCH, 3));
        List<TensorDescription> out = List.of(StandInPlans.floats("y", 3, BATCH, 2));
        PlanSignature plan =
                new PlanSignature(
                        in,
                        out,
                        new BatchLayout(BATCH, Map.of("x", 0, "y", 1), Optional.empty()),
                        4096,
                        OptionalInt.empty());
        device =
                new StandInTrtDevice(
                        plan,
                        (from, to) -> {
                            // y[t][sample] = (x[sample][t], -x[sample][t])
                            for (int i = 0; i < 3 * BATCH; i++) {
                                float x = from.get(0).getFloat((i % BATCH * 3 + i / BATCH) * 4);
                                to.get(0).putFloat(2 * i * 4, x);
                                to.get(0).putFloat((2 * i + 1) * 4, -x);
                            }
                        });
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model);
                NDArray x = manager.arange(samples * 3f).reshape(samples, 3);
                Batch batch = Batch.whole(model, new NDList(x))) {
            NDArray y = session.run(batch, manager).get(0);
            assertEquals(new Shape(3, samples, 2), y.getShape());
            NDArray expected = x.transpose().expandDims(2);
            assertArrayEquals(expected.concat(expected.neg(), 2).toFloatArray(), y.toFloatArray());
        }
    }

    @Test
    void anOutputWithoutTheBatchAllowsOnlyTheModelsBatch() throws IOException {
        device =
                new StandInTrtDevice(
                        StandInPlans.plan(
                                List.of(StandInPlans.floats("x", BATCH, 1)),
                                List.of(StandInPlans.floats("sum", 1))),
                        (in, out) -> {
                            float sum = 0;
                            for (int i = 0; i < BATCH; i++) {
                                sum += in.get(0).getFloat(i * 4);
                            }
                            out.get(0).putFloat(0, sum);
                        });
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model)) {
            try (Batch four = Batch.whole(model, new NDList(manager.ones(new Shape(4, 1))))) {
                assertArrayEquals(
                        new float[] {4}, session.run(four, manager).get(0).toFloatArray());
            }
            for (int size : new int[] {3, 8}) {
                try (Batch other =
                        Batch.whole(model, new NDList(manager.ones(new Shape(size, 1))))) {
                    UnsuitableInputException e =
                            assertThrows(
                                    UnsuitableInputException.class,
                                    () -> session.run(other, manager));
                    assertTrue(e.getMessage().contains("exactly 4"), e.getMessage());
                    assertTrue(e.getMessage().contains("sum"), e.getMessage());
                    assertTrue(e.getMessage().contains("one of " + size), e.getMessage());
                }
            }
        }
    }

    @Test
    void wrongInputsAreNamedWithWhatWasExpectedAndGiven() throws IOException {
        device = StandInPlans.several(BATCH);
        try (BoundModel model = device.load()) {
            NDArray x = manager.ones(new Shape(3, 5));
            NDArray scale = manager.ones(new Shape(1));
            NDArray n = manager.zeros(new Shape(3, 2, 2), DataType.INT32);
            refused(model, new NDList(x, scale), "takes 3 inputs", "given 2");
            refused(model, new NDList(manager.ones(new Shape(5)), scale, n), "input x", "(5)");
            refused(
                    model,
                    new NDList(manager.ones(new Shape(3, 6)), scale, n),
                    "input x",
                    "(any batch, 5)",
                    "(3, 6)");
            refused(
                    model,
                    new NDList(x, scale, manager.zeros(new Shape(2, 2, 2))),
                    "input n",
                    "(3, 2, 2)",
                    "(2, 2, 2)");
            refused(
                    model,
                    new NDList(x, manager.ones(new Shape(3)), n),
                    "input scale",
                    "(1)",
                    "(3)");
            UnsuitableInputException e =
                    assertThrows(
                            UnsuitableInputException.class,
                            () -> Batch.samples(model, List.of(new NDList(x, scale, n))));
            assertTrue(e.getMessage().contains("input scale"), e.getMessage());
        }
    }

    private static void refused(BoundModel model, NDList inputs, String... parts) {
        UnsuitableInputException e =
                assertThrows(
                        UnsuitableInputException.class, () -> Batch.whole(model, inputs).close());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @Test
    void aSampleOfAnotherShapeIsNamed() throws IOException {
        try (BoundModel model = device.load()) {
            List<NDList> samples = apart(0, 3);
            samples.set(2, new NDList(manager.ones(new Shape(6))));
            UnsuitableInputException e =
                    assertThrows(
                            UnsuitableInputException.class, () -> Batch.samples(model, samples));
            assertTrue(e.getMessage().contains("must be of shape (5)"), e.getMessage());
            assertTrue(e.getMessage().contains("(6) in sample 2"), e.getMessage());
            assertTrue(
                    e.getMessage()
                            .endsWith(
                                    ": it was captured and exported with 5 as the length of axis 0;"
                                            + " capture and export the model with inputs of length"
                                            + " 6"),
                    e.getMessage());
        }
    }

    @Test
    void aBatchThatFailsLeavesNothingInTheNext() throws IOException {
        device =
                new StandInTrtDevice(
                        StandInPlans.plan(
                                List.of(StandInPlans.floats("x", 2, 1)),
                                List.of(StandInPlans.floats("y", 2, 1))),
                        (in, out) -> {
                            out.get(0).putFloat(0, in.get(0).getFloat(0));
                            out.get(0).putFloat(4, in.get(0).getFloat(4));
                        });
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model)) {
            NDManager closed = manager.newSubManager();
            NDList bad = new NDList(closed.ones(new Shape(1)));
            List<NDList> samples = List.of(new NDList(manager.ones(new Shape(1))), bad);
            Batch batch = Batch.samples(model, samples);
            closed.close();
            assertThrows(IllegalStateException.class, () -> session.run(batch, manager));
            try (Batch one = Batch.whole(model, new NDList(manager.zeros(new Shape(1, 1))))) {
                assertArrayEquals(new float[] {0}, session.run(one, manager).get(0).toFloatArray());
            }
        }
    }

    @Test
    void threadsOnOneSessionWaitAndGetTheirOwnResults() throws Exception {
        try (BoundModel model = device.load();
                BatchedSession session = new BatchedSession(model)) {
            inThreads(8, i -> runOften(model, session, i));
        }
    }

    @Test
    void sessionsRunAtTheSameTime() throws Exception {
        try (BoundModel model = device.load()) {
            inThreads(
                    8,
                    i -> {
                        try (BatchedSession session = new BatchedSession(model)) {
                            runOften(model, session, i);
                        }
                    });
            assertTrue(device.created() <= 8, () -> device.created() + " sessions");
        }
    }

    private void runOften(BoundModel model, BatchedSession session, int thread) {
        try (NDManager own = manager.newSubManager()) {
            for (int i = 0; i < 50; i++) {
                int size = 1 + (thread + i) % 9;
                NDArray x = stacked(thread * 100 + i, size);
                x.attach(own);
                try (Batch batch = Batch.whole(model, new NDList(x))) {
                    assertArrayEquals(
                            expected(thread * 100 + i, size),
                            session.run(batch, own).get(0).toFloatArray());
                }
            }
        }
    }

    /** What a thread does. */
    private interface Work {

        void run(int thread) throws Exception;
    }

    private static void inThreads(int count, Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int thread = i;
                all.add(
                        () -> {
                            work.run(thread);
                            return null;
                        });
            }
            for (Future<Void> done : threads.invokeAll(all)) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aClosedSessionIsRefused() throws IOException {
        try (BoundModel model = device.load();
                Batch batch = Batch.whole(model, new NDList(stacked(0, 1)))) {
            BatchedSession session = new BatchedSession(model);
            session.close();
            session.close();
            assertThrows(ClosedSessionException.class, () -> session.run(batch, manager));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 6, 12})
    void aRealNetworkOfAFixedBatchAnswersAsWithAFreeOne(int size) throws Exception {
        ModelProto free = ModelProto.parseFrom(ExampleModels.read("resnet").toBytes());
        GraphProto.Builder graph = free.getGraph().toBuilder();
        fixBatch(graph.getInputBuilder(0).getTypeBuilder());
        fixBatch(graph.getOutputBuilder(0).getTypeBuilder());
        byte[] fixed = free.toBuilder().setGraph(graph).build().toByteArray();
        FashionMnistSamples images = FashionMnistSamples.calibration();
        try (OrtModel reference = OrtModel.load(free.toByteArray(), "free", Execution.INTEGER, 1);
                BoundModel model = new OrtBoundModel(fixed);
                BatchedSession session = new BatchedSession(model)) {
            NDArray input = manager.create(images.values(7, size), new Shape(size, 1, 28, 28));
            try (Batch batch = Batch.whole(model, new NDList(input))) {
                float[] actual = session.run(batch, manager).get(0).toFloatArray();
                for (int i = 0; i < size; i++) {
                    float[] alone =
                            reference.run(List.of(images.batch(7 + i, 8 + i))).get(0).toFloats();
                    assertArrayEquals(
                            alone, Arrays.copyOfRange(actual, i * 10, i * 10 + 10), 1e-4f);
                }
            }
        }
    }

    private static void fixBatch(TypeProto.Builder type) {
        type.getTensorTypeBuilder().getShapeBuilder().getDimBuilder(0).setDimValue(BATCH);
    }
}
