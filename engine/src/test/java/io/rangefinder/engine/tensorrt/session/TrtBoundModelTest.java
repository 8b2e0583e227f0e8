package io.rangefinder.engine.tensorrt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.BoundSession;
import io.rangefinder.engine.session.ClosedSessionException;
import io.rangefinder.engine.session.ConcurrentUseException;
import io.rangefinder.engine.session.TensorDescription;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which DJL's native layer ends the process, and that it isn't gone. */
@Timeout(600)
class TrtBoundModelTest {

    private static final List<TensorDescription> X = List.of(StandInPlans.floats("x", 2, 3));
    private static final List<TensorDescription> Y = List.of(StandInPlans.floats("y", 2, 3));
    private static final PlanSignature PLAN = StandInPlans.plan(X, Y);

    @TempDir Path folder;

    private static void copy(List<ByteBuffer> in, List<ByteBuffer> out) {
        out.get(0).put(0, in.get(0), 0, in.get(0).capacity());
    }

    private static StandInTrtDevice device() {
        return new StandInTrtDevice(PLAN, TrtBoundModelTest::copy);
    }

    private static void assertClean(StandInTrtDevice device) {
        assertEquals(List.of(), device.broken());
        assertEquals(0, device.sessions());
        assertEquals(0, device.models());
    }

    @Test
    void aSessionReadsAndWritesItsBuffersInPlace() throws IOException {
        StandInTrtDevice device = device();
        try (TrtBoundModel model = device.load();
                BoundSession session = model.newSession()) {
            assertEquals(X, model.inputs());
            assertEquals(Y, model.outputs());
            assertSame(session.input(0), session.input(0));
            assertTrue(session.input(0).isDirect());
            session.input(0).putFloat(8, 5);
            session.run();
            assertEquals(5, session.output(0).getFloat(8));
            // The device knows only the address: the session keeps what lies there.
            for (int i = 0; i < 5; i++) {
                System.gc();
            }
            session.run();
        }
        assertClean(device);
    }

    @Test
    void aClosedSessionIsLentAgainWithZerosForItsContextIsNeverFreed() throws IOException {
        StandInTrtDevice device = device();
        try (TrtBoundModel model = device.load()) {
            for (int i = 0; i < 5; i++) {
                try (BoundSession session = model.newSession()) {
                    assertEquals(0, session.input(0).getFloat(0));
                    session.input(0).putFloat(0, 3);
                    session.run();
                }
            }
            assertEquals(1, device.created());
            try (BoundSession one = model.newSession();
                    BoundSession two = model.newSession()) {
                one.input(0).putFloat(0, 1);
                two.input(0).putFloat(0, 2);
                one.run();
                two.run();
                assertEquals(1, one.output(0).getFloat(0));
                assertEquals(2, two.output(0).getFloat(0));
            }
            assertEquals(2, device.created());
        }
        assertClean(device);
    }

    @Test
    void useAfterCloseIsRefusedAndClosingTwiceIsNot() throws IOException {
        StandInTrtDevice device = device();
        try (TrtBoundModel model = device.load()) {
            BoundSession session = model.newSession();
            session.close();
            session.close();
            assertThrows(ClosedSessionException.class, session::run);
            assertThrows(ClosedSessionException.class, () -> session.input(0));
            assertThrows(ClosedSessionException.class, () -> session.output(0));
            // Closing twice did not lend one session to two.
            try (BoundSession one = model.newSession();
                    BoundSession two = model.newSession()) {
                assertFalse(one.input(0) == two.input(0));
            }
        }
        TrtBoundModel model = device.load();
        closeTwice(model);
        assertThrows(ClosedSessionException.class, model::newSession);
        assertClean(device);
    }

    private static void closeTwice(TrtBoundModel model) {
        model.close();
        model.close();
    }

    @Test
    void sessionsGoBeforeTheirModel() throws IOException {
        StandInTrtDevice device = device();
        TrtBoundModel model = device.load();
        BoundSession one = model.newSession();
        BoundSession two = model.newSession();
        two.close();
        model.close();
        assertThrows(ClosedSessionException.class, one::run);
        one.close();
        assertClean(device);
    }

    @Test
    void aSecondThreadIsRefusedAndClosingWaitsForTheRun() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        StandInTrtDevice device =
                new StandInTrtDevice(
                        PLAN,
                        (in, out) -> {
                            started.countDown();
                            await(go);
                            copy(in, out);
                        });
        TrtBoundModel model = device.load();
        BoundSession session = model.newSession();
        session.input(0).putFloat(0, 7);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> run = threads.submit(session::run);
            await(started);
            ConcurrentUseException e = assertThrows(ConcurrentUseException.class, session::run);
            assertTrue(e.getMessage().contains(".plan"), e.getMessage());
            Future<?> close = threads.submit(model::close);
            Thread.sleep(50);
            assertFalse(close.isDone());
            assertEquals(1, device.models());
            go.countDown();
            run.get();
            close.get();
        } finally {
            threads.shutdown();
        }
        assertClean(device);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void opensRunsAndClosesFromManyThreadsLeaveNothing() throws Exception {
        StandInTrtDevice device = device();
        TrtBoundModel model = device.load();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                all.add(
                        threads.submit(
                                () -> {
                                    for (int i = 0; i < 200; i++) {
                                        try (BoundSession session = model.newSession()) {
                                            float value = thread * 1000 + i;
                                            session.input(0).putFloat(0, value);
                                            session.run();
                                            float result = session.output(0).getFloat(0);
                                            assertEquals(value, result);
                                        } catch (ClosedSessionException e) {
                                            return; // The model closed meanwhile.
                                        }
                                    }
                                }));
            }
            Thread.sleep(20);
            model.close();
            for (Future<?> done : all) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
        assertClean(device);
    }

    @Test
    void tooLittleMemoryIsRefusedBeforeAnythingIsAllocated() throws IOException {
        long reserve = 64 << 20;
        PlanSignature plan =
                new PlanSignature(X, Y, StandInPlans.layout(X, Y), 100 << 20, OptionalInt.empty());
        StandInTrtDevice small =
                new StandInTrtDevice(X, Y, plan, TrtBoundModelTest::copy, (100 << 20) + reserve);
        DeviceMemoryException e = assertThrows(DeviceMemoryException.class, small::load);
        assertEquals((100 << 20) + 48 + 1000 + reserve, e.needed());
        assertEquals((100 << 20) + reserve, e.free());
        assertTrue(e.getMessage().contains("164 MiB"), e.getMessage());
        assertClean(small);

        StandInTrtDevice forOne =
                new StandInTrtDevice(X, Y, plan, TrtBoundModelTest::copy, 200 << 20);
        try (TrtBoundModel model = forOne.load();
                BoundSession first = model.newSession()) {
            assertThrows(DeviceMemoryException.class, model::newSession);
            first.run();
        }
        assertClean(forOne);
    }

    @Test
    void afterAFailureNothingRunsAnyMore() throws IOException {
        boolean[] fail = {false};
        StandInTrtDevice device =
                new StandInTrtDevice(
                        PLAN,
                        (in, out) -> {
                            if (fail[0]) {
                                throw new EngineException("Session execution failed, code: 0");
                            }
                        });
        try (TrtBoundModel model = device.load();
                BoundSession session = model.newSession();
                BoundSession other = model.newSession()) {
            session.run();
            fail[0] = true;
            EngineException first = assertThrows(EngineException.class, session::run);
            assertTrue(first.getMessage().contains("code: 0"), first.getMessage());
            long runs = device.runs();
            fail[0] = false;
            assertThrows(EngineException.class, session::run);
            EngineException later = assertThrows(EngineException.class, other::run);
            assertSame(first.getCause(), later.getCause());
            assertThrows(EngineException.class, model::newSession);
            assertEquals(runs, device.runs());
        }
        assertClean(device);
    }

    static Stream<List<TensorDescription>> otherInputs() {
        return Stream.of(
                List.of(StandInPlans.floats("z", 2, 3)),
                List.of(StandInPlans.ints("x", 2, 3)),
                List.of(new TensorDescription("x", DataType.UINT8, new Shape(2, 3))),
                List.of(StandInPlans.floats("x", 2, 4)),
                List.of(StandInPlans.floats("x", 2, 3), StandInPlans.floats("z", 2)),
                List.of());
    }

    @ParameterizedTest
    @MethodSource("otherInputs")
    void aPlanThatIsNotAsDescribedIsRefused(List<TensorDescription> actual) {
        StandInTrtDevice device =
                new StandInTrtDevice(actual, Y, PLAN, TrtBoundModelTest::copy, 1 << 30);
        IOException e = assertThrows(IOException.class, device::load);
        assertTrue(e.getCause() instanceof UnsuitablePlanException, e::toString);
        assertClean(device);
    }

    @Test
    void aPlanMayHaveAnotherOrderThanItsDescription() throws IOException {
        TensorDescription a = StandInPlans.floats("a", 1);
        TensorDescription b = StandInPlans.ints("b", 1);
        StandInTrtDevice device =
                new StandInTrtDevice(
                        List.of(b, a),
                        List.of(Y.get(0)),
                        new PlanSignature(
                                List.of(a, b),
                                Y,
                                BatchLayout.firstAxes(1, Set.of()),
                                0,
                                OptionalInt.empty()),
                        (in, out) -> {
                            // As the plan orders them.
                            out.get(0)
                                    .putFloat(0, in.get(0).getInt(0) + 100 * in.get(1).getFloat(0));
                        },
                        1 << 30);
        try (TrtBoundModel model = device.load();
                BoundSession session = model.newSession()) {
            session.input(0).putFloat(0, 3);
            session.input(1).putInt(0, 7);
            session.run();
            assertEquals(307, session.output(0).getFloat(0));
        }
        assertClean(device);
    }

    static Stream<TensorDescription> unloadable() {
        return Stream.of(
                StandInPlans.floats("x", -1, 3),
                StandInPlans.floats("x", 2, 0),
                StandInPlans.floats("x", 2, 1 << 16, 1 << 16),
                StandInPlans.floats("x", 2, Long.MAX_VALUE),
                new TensorDescription("x", DataType.UINT8, new Shape(2, 3)),
                new TensorDescription("x", DataType.INT64, new Shape(2, 3)));
    }

    @ParameterizedTest
    @MethodSource("unloadable")
    void whatTheNativeLayerCantHoldIsNoDescription(TensorDescription tensor) {
        BatchLayout none = BatchLayout.firstAxes(1, Set.of());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new PlanSignature(List.of(tensor), Y, none, 0, OptionalInt.empty()));
        assertTrue(e.getMessage().contains("tensor x"), e.getMessage());
    }

    @Test
    void filesThatAreNoPlansNeverReachTheNativeLayer() throws IOException {
        StandInTrtDevice device = device();
        Path missing = folder.resolve("missing.plan");
        assertThrows(
                FileNotFoundException.class,
                () -> TrtBoundModel.load(device, missing, PLAN, 0, device::freeBytes));
        assertThrows(
                FileNotFoundException.class,
                () -> TrtBoundModel.load(device, folder, PLAN, 0, device::freeBytes));
        Path empty = Files.createFile(folder.resolve("empty.plan"));
        assertThrows(
                UnsuitablePlanException.class,
                () -> TrtBoundModel.load(device, empty, PLAN, 0, device::freeBytes));
        assertThrows(
                IllegalArgumentException.class,
                () -> TrtBoundModel.load(device, empty, PLAN, -1, device::freeBytes));
        assertClean(device);
    }
}
