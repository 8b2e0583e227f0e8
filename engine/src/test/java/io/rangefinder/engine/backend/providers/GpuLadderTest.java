package io.rangefinder.engine.backend.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.ladder.RungFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuLadderTest {

    private final DescribedOrtMachine machine = new DescribedOrtMachine();

    private Rung failure() {
        return failure(Provider.TENSORRT);
    }

    private Rung failure(Provider provider) {
        Ladder ladder = GpuLadder.climb(machine, provider, 0);
        Rung failed = ladder.firstFailure().orElseThrow();
        assertEquals(failed, ladder.rungs().get(ladder.rungs().size() - 1), "nothing above");
        return failed;
    }

    private void failsWith(String rung, String found, String remedy) {
        Rung failed = failure();
        assertEquals(rung, failed.name());
        assertTrue(failed.found().contains(found), failed.found());
        assertTrue(failed.remedy().contains(remedy), failed.remedy());
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void wholeMachinePassesEveryRungAndLoadsLibrariesLast(Provider provider) {
        Ladder ladder = GpuLadder.climb(machine, provider, 2);
        assertEquals(Optional.empty(), ladder.problem());
        assertEquals(
                List.of("system", "onnxruntime", "driver", "device", "libraries", "trial", "load"),
                ladder.rungs().stream().map(Rung::name).toList());
        int trial = machine.calls.indexOf("trial of " + provider.id() + " on 2");
        assertTrue(trial > machine.calls.indexOf("libraries"));
        assertTrue(machine.calls.indexOf("load libcudart.so.12") > trial, machine.calls::toString);
        assertEquals(
                provider == Provider.TENSORRT, machine.calls.contains("load libnvinfer.so.10"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Windows 11 amd64", "Mac OS X aarch64", "Linux aarch64", "Linux i386"})
    void otherSystemsFailBeforeAnythingElseIsAsked(String system) {
        machine.system = system;
        failsWith("system", system, "use the CPU");
        assertEquals(List.of(), machine.calls);
    }

    @Test
    void buildForTheCpuFailsWithTheDependency() {
        machine.providers = Set.of();
        failsWith("onnxruntime", "built without tensorrt", "rangefinder-onnxruntime-gpu");
    }

    @Test
    void missingDriverFailsAndNothingIsUnpacked() {
        machine.driver = Optional.empty();
        failsWith("driver", "no libcuda.so.1", "--gpus all");
        assertFalse(machine.calls.contains("libraries"));
    }

    @Test
    void driverOf32BitFails() {
        machine.broken.add("libcuda.so.1");
        failsWith("driver", "ELFCLASS32", "install NVIDIA's driver");
    }

    @Test
    void noDeviceFailsAndNothingIsUnpacked() {
        machine.devices = List.of();
        failsWith("device", "there is no GPU", "nvidia-smi");
        assertFalse(machine.calls.contains("libraries"));
    }

    @Test
    void missingLibrariesAreNamed() {
        machine.missing = List.of("libcudnn.so.9", "libnvinfer.so.10");
        failsWith("libraries", "libcudnn.so.9, libnvinfer.so.10", "rangefinder-onnxruntime-gpu");
        assertEquals(List.of("providers", "load libcuda.so.1", "libraries"), machine.calls);
    }

    @Test
    void fullDiskFailsWithTheFolderThatMayBeNamed() {
        machine.fullDisk = Optional.of(new IOException("/cache has 10 MiB left"));
        failsWith("libraries", "/cache has 10 MiB left", "DJL_CACHE_DIR");
    }

    @Test
    void crashedTrialFailsAndLoadsNothingHere() {
        machine.failing = EnumSet.of(Provider.TENSORRT);
        failsWith("trial", "status 134", "provider cuda");
        assertTrue(machine.calls.stream().noneMatch(c -> c.contains("libcudart")));
        Rung cuda = GpuLadder.climb(machine, Provider.CUDA, 0).rungs().get(5);
        assertEquals(Rung.Outcome.PASSED, cuda.outcome());
    }

    @Test
    void halfALibraryFails() {
        machine.broken.add("libnvinfer.so.10");
        failsWith("load", "libnvinfer.so.10 can't be loaded", "agree");
        assertEquals(Optional.empty(), GpuLadder.climb(machine, Provider.CUDA, 0).problem());
    }

    @Test
    void climbIsRememberedAndItsSentenceThrown() {
        machine.devices = List.of();
        OnnxRuntimeGpu gpu = new OnnxRuntimeGpu(machine);
        GpuSettings settings =
                new GpuSettings(
                        Provider.CUDA,
                        0,
                        Path.of("engines"),
                        Path.of("timings"),
                        true,
                        OptionalLong.empty());
        for (int i = 0; i < 2; i++) {
            Exception e = assertThrows(RungFailedException.class, () -> gpu.bringUp(settings));
            assertTrue(e.getMessage().contains("there is no GPU"), e.getMessage());
            assertTrue(e.getMessage().contains("provider cuda cannot run here"), e.getMessage());
        }
        assertEquals(1, machine.calls.stream().filter("providers"::equals).count());
    }
}
