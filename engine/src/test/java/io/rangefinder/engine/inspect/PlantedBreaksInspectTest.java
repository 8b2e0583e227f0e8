package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.check.ModelChecker;
import io.rangefinder.engine.fixtures.PlantedBreak;
import io.rangefinder.engine.fixtures.PlantedBreaks;
import io.rangefinder.engine.inspect.InspectionReport.Layer;
import io.rangefinder.engine.inspect.InspectionReport.Leftover;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real TensorRT 10.15, without a device, on a model with one thing wrong: it says what the fixture
 * tells of it, and names the place. What it has no complaint of, the checker finds.
 */
@Tag("inspect")
class PlantedBreaksInspectTest {

    private static final int CHILDREN_AT_ONCE = 2;

    /** Where TensorRT's log does not name the kernels that it adds, since they are Myelin's. */
    private static final Set<String> UNNAMED = Set.of("mod-in-8.4");

    @TempDir static Path folder;

    private static InspectionReport good;
    private static final Map<PlantedBreak, InspectionReport> REPORTS = new LinkedHashMap<>();
    private static final Map<PlantedBreak, Set<String>> PLACES = new HashMap<>();

    @BeforeAll
    static void askTensorRtOfAll() throws Exception {
        OnnxModel model = PlantedBreaks.good();
        good = inspect("good", model);
        ExecutorService children = Executors.newFixedThreadPool(CHILDREN_AT_ONCE);
        try {
            Map<PlantedBreak, Future<InspectionReport>> asked = new LinkedHashMap<>();
            for (PlantedBreak planted : PlantedBreaks.of(model)) {
                PLACES.put(planted, places(planted));
                asked.put(planted, children.submit(() -> inspect(planted.name(), planted.model())));
            }
            for (Map.Entry<PlantedBreak, Future<InspectionReport>> entry : asked.entrySet()) {
                REPORTS.put(entry.getKey(), entry.getValue().get());
            }
        } finally {
            children.shutdownNow();
        }
    }

    private static InspectionReport inspect(String name, OnnxModel model) throws Exception {
        Path file = folder.resolve(name + ".onnx");
        model.write(file);
        return TensorRtInspector.find()
                .inspect(file, InspectionOptions.builder().optFloatGraph(false).build());
    }

    @Test
    void theGoodModelPasses() {
        assertTrue(good.passes(), good.reason());
        assertEquals(good.layers().size(), int8(good));
    }

    @TestFactory
    Stream<DynamicTest> tensorRtSaysOfEachBreakWhatTheFixtureTells() {
        return tests(PlantedBreaksInspectTest::assertOutcome);
    }

    @TestFactory
    Stream<DynamicTest> eachBreakIsFoundAtItsPlaceByTensorRtOrTheChecker() {
        return tests(
                (planted, report) ->
                        assertTrue(
                                namedByTensorRt(planted, report) || namedByChecker(planted),
                                report::toString));
    }

    @Test
    void tensorRtItselfNamesThePlaceOfManyBreaks() {
        long tensorRt = count((b, r) -> namedByTensorRt(b, r));
        long checker = count((b, r) -> namedByChecker(b));
        long both = count((b, r) -> namedByTensorRt(b, r) && namedByChecker(b));
        System.out.printf(
                "of %d planted breaks: TensorRT names %d, the checker %d, both %d%n",
                REPORTS.size(), tensorRt, checker, both);
        assertTrue(tensorRt >= 15, () -> "only " + tensorRt);
    }

    private static void assertOutcome(PlantedBreak planted, InspectionReport report) {
        switch (planted.byTensorRt10()) {
            case REJECTED -> {
                assertTrue(
                        report.outcome() == Outcome.REJECTED
                                || report.outcome() == Outcome.NOT_OPTIMIZED,
                        report::toString);
                assertTrue(namedByTensorRt(planted, report), report::toString);
            }
            case LEFT_FLOAT -> {
                assertEquals(Outcome.OPTIMIZED, report.outcome(), report.reason());
                assertEquals(
                        List.of(planted.layer()),
                        report.floatUnasked().stream().map(Layer::name).toList());
                assertEquals(int8(good) - 1, int8(report));
            }
            case EXTRA_LAYERS -> {
                assertTrue(report.passes(), report::toString);
                assertEquals(int8(good), int8(report));
                assertTrue(left(report) > left(good), report::toString);
                assertEquals(
                        !UNNAMED.contains(planted.name()),
                        namedByTensorRt(planted, report),
                        () -> report.leftovers().toString());
            }
            case ACCEPTED_BY_10 -> {
                assertTrue(report.passes(), report::toString);
                assertEquals(int8(good), int8(report));
                assertTrue(left(report) <= left(good), report::toString);
                assertTrue(namedByChecker(planted));
            }
        }
    }

    private static boolean namedByChecker(PlantedBreak planted) {
        return ModelChecker.check(planted.model(), planted.version()).stream()
                .anyMatch(
                        f -> f.rule().equals(planted.rule()) && f.layer().equals(planted.layer()));
    }

    /** By the layer's name, or by that of a Q or DQ that only this layer reads. */
    private static boolean namedByTensorRt(PlantedBreak planted, InspectionReport report) {
        return switch (report.outcome()) {
            case REJECTED ->
                    report.errors().stream().anyMatch(e -> PLACES.get(planted).contains(e.node()));
            // The reason is the last of the errors; an earlier one may tell the place.
            case NOT_OPTIMIZED ->
                    report.reason().contains(planted.layer())
                            || report.warnings().stream()
                                    .anyMatch(w -> w.contains(planted.layer()));
            case OPTIMIZED ->
                    report.floatUnasked().stream().anyMatch(l -> l.name().equals(planted.layer()))
                            || report.leftovers().stream()
                                    .filter(l -> !good.leftovers().contains(l))
                                    .anyMatch(l -> isAt(planted.layer(), l));
            case CRASHED, TIMED_OUT, TOO_LONG -> false;
        };
    }

    private static boolean isAt(String layer, Leftover leftover) {
        return leftover.after().equals(layer) || leftover.before().contains(layer);
    }

    private static Set<String> places(PlantedBreak planted) throws InvalidOnnxException {
        OnnxGraph graph = planted.model().graph();
        Set<String> places = new HashSet<>(Set.of(planted.layer()));
        for (NodeProto.Builder node : graph.nodes()) {
            if (node.getName().equals(planted.layer())) {
                node.getInputList().forEach(tensor -> addQdq(graph, tensor, places));
            }
        }
        return places;
    }

    private static void addQdq(OnnxGraph graph, String tensor, Set<String> places) {
        Optional<NodeProto.Builder> producer =
                graph.producer(tensor)
                        .filter(n -> Nodes.is(n, "QuantizeLinear", "DequantizeLinear"))
                        .filter(n -> graph.consumers(tensor).size() == 1);
        if (producer.isPresent()) {
            places.add(producer.get().getName());
            addQdq(graph, producer.get().getInput(0), places);
        }
    }

    private static long int8(InspectionReport report) {
        return report.count(Verdict.INT8) + report.count(Verdict.INT8_IN_MYELIN);
    }

    private static int left(InspectionReport report) {
        return report.layersLeft().orElseThrow();
    }

    private static long count(Condition condition) {
        return REPORTS.entrySet().stream()
                .filter(e -> condition.holds(e.getKey(), e.getValue()))
                .count();
    }

    private static Stream<DynamicTest> tests(Check check) {
        return REPORTS.entrySet().stream()
                .map(
                        e ->
                                DynamicTest.dynamicTest(
                                        e.getKey().name(),
                                        () -> check.of(e.getKey(), e.getValue())));
    }

    @FunctionalInterface
    private interface Check {
        void of(PlantedBreak planted, InspectionReport report);
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds(PlantedBreak planted, InspectionReport report);
    }
}
