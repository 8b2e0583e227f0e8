package io.rangefinder.engine.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.backend.spi.BackendUnavailableException;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Ladders of GPUs are described; ONNX Runtime on the CPU is the real one. */
class BackendsTest {

    private static final Ladder UP =
            new Ladder("TensorRT", List.of(Rung.passed("device", "a GPU that is not there")));
    private static final Ladder DOWN =
            new Ladder("TensorRT", List.of(Rung.failed("device", "no GPU", "put one in")));
    private static final IntFunction<Ladder> UNASKED =
            gpu -> {
                throw new AssertionError("TensorRT is not to be asked");
            };

    /** Without a GPU: ONNX Runtime's providers end at the device. */
    private static final BiFunction<Provider, Integer, Ladder> NO_PROVIDER =
            (provider, gpu) -> down(provider, "device");

    private static Ladder down(Provider provider, String rung) {
        return new Ladder(
                "ONNX Runtime's provider " + provider.id(),
                List.of(Rung.failed(rung, "no " + rung, "mend the " + rung)));
    }

    /** One provider can run, and the other's libraries are missing. */
    private static BiFunction<Provider, Integer, Ladder> only(Provider up) {
        return (provider, gpu) ->
                provider == up
                        ? new Ladder("a provider", List.of(Rung.passed("trial", "it ran")))
                        : down(provider, "libraries");
    }

    private static BackendChoice choose(
            IntFunction<Ladder> tensorRt, Map<String, String> options, Device device) {
        return choose(new Backends(tensorRt, NO_PROVIDER, List.of()), options, device);
    }

    private static BackendChoice choose(
            Backends choice, Map<String, String> options, Device device) {
        return choice.choose(choice.read(options, device));
    }

    @Test
    void tensorRtIsTheBestWhereItCanRunAndOnTheDeviceThatWasNamed() {
        List<Integer> asked = new ArrayList<>();
        IntFunction<Ladder> ladder =
                gpu -> {
                    asked.add(gpu);
                    return UP;
                };
        assertIsTensorRt(0, choose(ladder, Map.of(), Device.cpu()));
        assertIsTensorRt(1, choose(ladder, Map.of(), Device.gpu(1)));
        assertEquals(2, choose(ladder, Map.of("backend", "tensorrt"), Device.gpu(2)).gpu());
        assertEquals(List.of(0, 1, 2), asked);
    }

    private static void assertIsTensorRt(int gpu, BackendChoice chosen) {
        assertEquals("tensorrt", chosen.backend().id());
        assertEquals("tensorrt", chosen.toString());
        assertEquals(gpu, chosen.gpu());
        assertEquals(Optional.empty(), chosen.remark());
    }

    @Test
    void withoutAGpuTheCpuRunsAndThatIsSaid() {
        for (Device device : List.of(Device.cpu(), Device.gpu(0))) {
            BackendChoice chosen = choose(gpu -> DOWN, Map.of(), device);
            assertEquals("onnxruntime", chosen.toString());
            assertEquals("cpu", chosen.backend().asOptions().get("provider"));
            String remark = chosen.remark().orElseThrow();
            assertTrue(remark.contains("no GPU: put one in"), remark);
            assertFalse(remark.contains("cuda"), remark);
        }
    }

    @Test
    void cudaInFloatIsNoDefaultBesideIntegerKernels() {
        Backends choice = new Backends(gpu -> DOWN, only(Provider.CUDA), List.of());
        BackendChoice chosen = choose(choice, Map.of(), Device.cpu());
        assertEquals("onnxruntime", chosen.toString());
        assertEquals("cpu", chosen.backend().asOptions().get("provider"));
        assertTrue(chosen.remark().orElseThrow().contains("provider = cuda"), chosen.toString());
    }

    @Test
    void cudaRunsForWhoAsksForItOrForAGpuAndTheLatterIsTold() {
        Backends choice = new Backends(gpu -> DOWN, only(Provider.CUDA), List.of());
        BackendChoice asked = choose(choice, Map.of("provider", "cuda"), Device.cpu());
        assertEquals("onnxruntime with provider cuda", asked.toString());
        assertEquals(Optional.empty(), asked.remark());
        BackendChoice gpu = choose(choice, Map.of("backend", "onnxruntime"), Device.gpu(0));
        assertEquals("onnxruntime with provider cuda", gpu.toString());
        assertTrue(gpu.remark().orElseThrow().contains("in float"), gpu.toString());
        assertEquals(
                "onnxruntime",
                choose(choice, Map.of("backend", "onnxruntime"), Device.cpu()).toString());
    }

    @Test
    void onnxRuntimesTensorRtIsBetterThanTheCpu() {
        Backends choice = new Backends(gpu -> DOWN, only(Provider.TENSORRT), List.of());
        BackendChoice chosen = choose(choice, Map.of(), Device.gpu(1));
        assertEquals("onnxruntime with provider tensorrt", chosen.toString());
        assertEquals(1, chosen.gpu());
        assertEquals(Optional.empty(), chosen.remark());
        assertEquals("tensorrt", chosen.backend().asOptions().get("provider"));
    }

    @Test
    void tensorRtByNameIsNeverReplaced() {
        BackendUnavailableException e =
                assertThrows(
                        BackendUnavailableException.class,
                        () -> choose(gpu -> DOWN, Map.of("backend", "TensorRT"), Device.cpu()));
        assertTrue(e.getMessage().contains("no GPU: put one in"), e.getMessage());
    }

    @Test
    void othersByNameDoNotAskForTensorRt() {
        for (String backend : List.of("onnxruntime", "simulate")) {
            assertEquals(
                    backend, choose(UNASKED, Map.of("backend", backend), Device.cpu()).toString());
        }
        assertEquals(
                "onnxruntime",
                choose(UNASKED, Map.of("provider", "cpu"), Device.gpu(0)).toString());
    }

    @Test
    void unknownBackendsAreRefusedWithTheKnownOnes() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> choose(UNASKED, Map.of("backend", "cudnn"), Device.cpu()));
        assertTrue(e.getMessage().contains("tensorrt, onnxruntime, simulate"), e.getMessage());
    }
}
