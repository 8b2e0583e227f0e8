package io.rangefinder.capture.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.rangefinder.capture.observers.Column;
import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.RowObserver;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.HookPoint.Kind;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model that doubles its input, in a loop of two. */
class ArrayModelTest {

    private static final HookPoint X = new HookPoint("x", Kind.INPUT);
    private static final HookPoint TWICE = new HookPoint("twice", Kind.OPERATOR);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private ArrayModel model;

    private record Doubling() implements ModelSource {
        @Override
        public String name() {
            return "doubling";
        }

        @Override
        public String digest() {
            return "sha256:" + "0".repeat(64);
        }

        @Override
        public List<ModelInput> inputs(ModelCall call) {
            return List.of(ModelInput.tensor("x"));
        }

        @Override
        public ArrayModel observe(ObservationOptions options)
                throws IOException, MalformedModelException {
            return new ArrayModel(this, options, List.of(X, TWICE)) {
                @Override
                protected NDList run(
                        ParameterStore none, NDList inputs, BiConsumer<HookPoint, NDArray> seen) {
                    NDArray x = inputs.singletonOrThrow();
                    seen.accept(X, x);
                    for (int i = 0; i < 2; i++) {
                        x = x.mul(2);
                        seen.accept(TWICE, x);
                    }
                    return new NDList(x);
                }
            };
        }
    }

    @BeforeEach
    void load() throws Exception {
        model = observing(PointFilter.all());
    }

    private static ArrayModel observing(PointFilter points) throws Exception {
        return observing(points, Observers.STANDARD);
    }

    private static ArrayModel observing(PointFilter points, Observers observers) throws Exception {
        Engine engine = Engine.getEngine("PyTorch");
        ObservationOptions options =
                new ObservationOptions(engine, Device.cpu(), Map.of(), points, observers, Map.of());
        return new Doubling().observe(options);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDList forward(boolean training, NDArray... inputs) {
        return model.forward(
                new ParameterStore(manager, false), new NDList(inputs), training, null);
    }

    private NDArray floats(float... values) {
        return manager.create(values, new Shape(values.length));
    }

    private TensorStatistics seen(String point) {
        return model.statistics().get(point).orElseThrow();
    }

    @Test
    void statisticsAddUpOverCallsAndPasses() {
        assertEquals(List.of(4f, -8f), outputs(forward(false, floats(1, -2))));
        forward(false, floats(3));
        assertEquals(new TensorStatistics(3, -2, 3, 0, 0, 0), seen("x"));
        assertEquals(new TensorStatistics(6, -8, 12, 0, 0, 0), seen("twice"));
        assertEquals(3, model.statistics().provenance().samples());
        assertEquals(
                List.of(new InputDescription("x", "float32", List.of(2L), List.of(1L))),
                model.statistics().provenance().inputs());
    }

    private static List<Float> outputs(NDList outputs) {
        List<Float> values = new ArrayList<>();
        for (float value : outputs.singletonOrThrow().toFloatArray()) {
            values.add(value);
        }
        return values;
    }

    @Test
    void whatIsNotFiniteIsCountedApart() {
        forward(
                false,
                floats(
                        Float.NaN,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.POSITIVE_INFINITY,
                        -5));
        assertEquals(new TensorStatistics(5, -5, -5, 1, 2, 1), seen("x"));
    }

    @Test
    void otherFloatingTypesAreReadAndIntegersHaveNoRange() {
        forward(false, manager.create(new double[] {1e-3, 1e40}));
        assertEquals(1e40, seen("x").max());
        forward(false, floats(0.5f).toType(DataType.FLOAT16, false));
        assertEquals(3, seen("x").count());
        model.reset();
        forward(false, manager.create(new int[] {1, 2}));
        assertEquals(Map.of(), model.statistics().asMap());
        assertEquals(2, model.statistics().provenance().samples());
    }

    @Test
    void trainingAndPassesWithoutRecordingAreNotSeen() {
        forward(true, floats(1));
        model.setRecording(false);
        forward(false, floats(1));
        assertEquals(Map.of(), model.statistics().asMap());
        model.setRecording(true);
        forward(false, floats(1));
        assertEquals(Set.of("x", "twice"), model.statistics().asMap().keySet());
        model.reset();
        assertEquals(Map.of(), model.statistics().asMap());
        assertEquals(0, model.statistics().provenance().samples());
    }

    @Test
    void onlyWantedPointsAreObserved() throws Exception {
        model = observing(PointFilter.modules());
        forward(false, floats(1));
        assertEquals(Set.of("x"), model.statistics().asMap().keySet());
        assertEquals(List.of(X), model.points());
        assertEquals(List.of(X, TWICE), model.allPoints());
    }

    @Test
    void hooksAreCalledForEachCallOnceRegistered() throws Exception {
        List<Float> called = new ArrayList<>();
        List<NDArray> tensors = new ArrayList<>();
        BiConsumer<String, NDArray> hook =
                (point, tensor) -> {
                    called.add(tensor.toFloatArray()[0]);
                    tensors.add(tensor);
                };
        AutoCloseable first = model.addHook(PointFilter.named("twice"), hook);
        AutoCloseable second = model.addHook(PointFilter.named("twice"), hook);
        NDList outputs = forward(false, floats(1));
        assertEquals(List.of(2f, 2f, 4f, 4f), called);
        first.close();
        forward(false, floats(10));
        assertEquals(List.of(2f, 2f, 4f, 4f, 20f, 40f), called);
        second.close();
        forward(false, floats(100));
        assertEquals(6, called.size());
        assertEquals(0, tensors.stream().filter(t -> !t.isReleased()).count());
        assertFalse(outputs.singletonOrThrow().isReleased());
    }

    @Test
    void whatNamesTheMethodIsNoInput() {
        NDArray marker = manager.create(0f);
        marker.setName(ModelCall.marker("forward"));
        assertEquals(List.of(4f), outputs(forward(false, floats(1), marker)));
        assertEquals(1, model.statistics().provenance().inputs().size());
    }

    /** They are code for the model itself. */
    @Test
    void observersThatCantSeeArraysAreRefused() {
        Observer other =
                new RowObserver() {
                    @Override
                    public String name() {
                        return "mean";
                    }

                    @Override
                    public List<Column> columns() {
                        return List.of(Column.sum("sum"));
                    }

                    @Override
                    public String torchScript() {
                        return "";
                    }
                };
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> observing(PointFilter.all(), Observers.with(List.of(other))));
        assertTrue(e.getMessage().contains("minmax, mean are asked for"), e.getMessage());
    }
}
