package io.rangefinder.engine.tensorrt.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanOptionsTest {

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
