package io.rangefinder.engine.tensorrt.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.cache.ContentKey;
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
                    assertNotEquals(key(a), key(b));
                }
            }
        }
        // One for each component but the timing cache, and one for none: a new one needs another.
        assertEquals(PlanOptions.class.getRecordComponents().length, different.size());
        assertEquals(
                key(PlanOptions.builder().build()),
                key(PlanOptions.builder().optTimingCache(Path.of("times")).build()));
        assertEquals(
                key(PlanOptions.builder().addFloatLayer("a").addFloatLayer("b").build()),
                key(PlanOptions.builder().addFloatLayer("b").addFloatLayer("a").build()));
    }

    private static String key(PlanOptions options) {
        return new ContentKey().add(options.ofPlan()).hex();
    }
}
