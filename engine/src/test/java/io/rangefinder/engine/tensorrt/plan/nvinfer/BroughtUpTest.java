package io.rangefinder.engine.tensorrt.plan.nvinfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rangefinder.engine.fixtures.CCompiler;
import io.rangefinder.engine.fixtures.ChildJvm;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.RungFailedException;
import io.rangefinder.engine.tensorrt.bringup.TensorRt;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody gets a TensorRT whose native code would end the process. */
class BroughtUpTest {

    @TempDir Path folder;

    @Test
    void whatFailsOnTheLadderIsThrown() {
        Ladder ladder = TensorRt.climb(0);
        assumeTrue(ladder.firstFailure().isPresent(), "TensorRT can run here");
        RungFailedException e = assertThrows(RungFailedException.class, () -> BroughtUp.on(0));
        assertTrue(e.getMessage().contains(ladder.problem().orElseThrow()), e.getMessage());
    }

    /** With NVIDIA's own libraries, and a driver that has no device. */
    @Test
    @Tag("tensorrt")
    void withoutADeviceTheProcessLives() throws Exception {
        CCompiler.library(folder, "NoDeviceDriver.c", "libcuda.so.1");
        var outcome =
                new ChildJvm()
                        .environment("LD_LIBRARY_PATH", folder.toString())
                        .run(folder, BringUpInChild.class);
        assertEquals(0, outcome.status(), outcome.out() + outcome.err());
        assertTrue(outcome.out().contains("refused: TensorRT cannot run here"), outcome.out());
    }

    @Test
    void thereIsNoOtherWay() {
        assertTrue(
                Arrays.stream(NativeTensorRt.class.getDeclaredConstructors())
                        .noneMatch(c -> Modifier.isPublic(c.getModifiers())));
        assertFalse(Modifier.isPublic(NativeTensorRt.class.getModifiers()));
    }
}
