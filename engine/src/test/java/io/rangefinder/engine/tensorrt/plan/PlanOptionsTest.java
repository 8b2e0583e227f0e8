package io.rangefinder.engine.tensorrt.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanOptionsTest {

    @Test
    void engineOptionsAreReadByTheirNames() {
        PlanOptions options =
                PlanOptions.of(
                        Map.ofEntries(
                                Map.entry("mode", "implicit"),
                                Map.entry("fp16", "false"),
                                Map.entry("workspace", "2G"),
                                Map.entry("timingCache", "/tmp/times"),
                                Map.entry("dlaCore", "1"),
                                Map.entry("optimizationLevel", "4"),
                                Map.entry("tacticSources", "cudnn, cublas_lt"),
                                Map.entry("floatLayers", "fc, conv1"),
                                Map.entry("batchSize", "8"),
                                Map.entry("inputShapes", "a:1:8x3x4,b:8"),
                                Map.entry("backend", "tensorrt")));

        assertEquals(PlanMode.IMPLICIT, options.mode());
        assertFalse(options.fp16());
        assertEquals(OptionalLong.of(2L << 30), options.workspace());
        assertEquals(Optional.of(Path.of("/tmp/times")), options.timingCache());
        assertEquals(OptionalInt.of(1), options.dlaCore());
        assertEquals(OptionalInt.of(4), options.optimizationLevel());
        assertEquals(
                Optional.of(Set.of(TacticSource.CUDNN, TacticSource.CUBLAS_LT)),
                options.tacticSources());
        assertEquals(Set.of("fc", "conv1"), options.floatLayers());
        assertEquals(OptionalLong.of(8), options.batch());
        assertEquals(Map.of("a:1", new Shape(8, 3, 4), "b", new Shape(8)), options.inputShapes());
    }

    @Test
    void nothingGivenIsTheDefault() {
        assertEquals(PlanOptions.builder().build().toString(), PlanOptions.of(Map.of()).toString());
        assertEquals(PlanMode.EXPLICIT, PlanOptions.of(Map.of()).mode());
        assertTrue(PlanOptions.of(Map.of()).fp16());
    }

    @ParameterizedTest
    @CsvSource({
        "mode, both",
        "fp16, yes",
        "workspace, 1T",
        "workspace, 99999999999G",
        "workspace, 0",
        "workspace, ''",
        "dlaCore, -1",
        "dlaCore, one",
        "optimizationLevel, 6",
        "tacticSources, magic",
        "batchSize, 0",
        "batchSize, 99999999999",
        "inputShapes, 1x2",
        "inputShapes, a:1x0",
        "inputShapes, a:1x-1"
    })
    void wrongOptionIsNamed(String name, String value) {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> PlanOptions.of(Map.of(name, value)));
        String named = name.equals("inputShapes") ? "" : name;
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }

    @Test
    void keyDependsOnWhatThePlanComputesAlone() {
        List<PlanOptions> different =
                List.of(
                        PlanOptions.builder().build(),
                        PlanOptions.builder().optMode(PlanMode.IMPLICIT).build(),
                        PlanOptions.builder().optFp16(false).build(),
                        PlanOptions.builder().optWorkspace(1).build(),
                        PlanOptions.builder().optDlaCore(0).build(),
                        PlanOptions.builder().optOptimizationLevel(0).build(),
                        PlanOptions.builder().optTacticSources(Set.of()).build(),
                        PlanOptions.builder().addFloatLayer("a").build(),
                        PlanOptions.builder().optBatch(2).build(),
                        PlanOptions.builder().optInputShape("a", new Shape(1)).build());
        for (PlanOptions a : different) {
            for (PlanOptions b : different) {
                if (a != b) {
                    assertNotEquals(a.toString(), b.toString());
                }
            }
        }
        assertEquals(
                PlanOptions.builder().build().toString(),
                PlanOptions.builder().optTimingCache(Path.of("times")).build().toString());
        assertEquals(
                PlanOptions.builder().addFloatLayer("a").addFloatLayer("b").build().toString(),
                PlanOptions.builder().addFloatLayer("b").addFloatLayer("a").build().toString());
    }
}
