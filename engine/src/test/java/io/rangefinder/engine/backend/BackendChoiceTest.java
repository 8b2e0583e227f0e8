package io.rangefinder.engine.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.rangefinder.engine.backend.providers.Provider;
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
class BackendChoiceTest {

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

    private static BackendChoice.Choice choose(
            IntFunction<Ladder> tensorRt, Map<String, String> options, Device device) {
        return choose(new BackendChoice(tensorRt, NO_PROVIDER), options, device);
    }

    private static BackendChoice.Choice choose(
            BackendChoice choice, Map<String, String> options, Device device) {
        return choice.of(
                Optional.ofNullable(options.get("backend")).map(Backend::named),
                Optional.ofNullable(options.get("provider")).map(RequestedProvider::named),
                device);
    }

    @Test
    void tensorRtIsTheBestWhereItCanRunAndOnTheDeviceThatWasNamed() {
        List<Integer> asked = new ArrayList<>();
        IntFunction<Ladder> ladder =
                gpu -> {
                    asked.add(gpu);
                    return UP;
                };
        assertEquals(
                new BackendChoice.Choice(Backend.TENSORRT, Optional.empty(), 0, Optional.empty()),
                choose(ladder, Map.of(), Device.cpu()));
        assertEquals(
                new BackendChoice.Choice(Backend.TENSORRT, Optional.empty(), 1, Optional.empty()),
                choose(ladder, Map.of(), Device.gpu(1)));
        assertEquals(2, choose(ladder, Map.of("backend", "tensorrt"), Device.gpu(2)).gpu());
        assertEquals(List.of(0, 1, 2), asked);
    }

    @Test
    void withoutAGpuTheCpuRunsAndThatIsSaid() {
        for (Device device : List.of(Device.cpu(), Device.gpu(0))) {
            BackendChoice.Choice chosen = choose(gpu -> DOWN, Map.of(), device);
            assertEquals("onnxruntime", chosen.toString());
            assertEquals(Optional.of(RequestedProvider.CPU), chosen.requestedProvider());
            String remark = chosen.remark().orElseThrow();
            assertTrue(remark.contains("no GPU: put one in"), remark);
            assertFalse(remark.contains("cuda"), remark);
        }
    }

    @Test
    void cudaInFloatIsNoDefaultBesideIntegerKernels() {
        BackendChoice choice = new BackendChoice(gpu -> DOWN, only(Provider.CUDA));
        BackendChoice.Choice chosen = choose(choice, Map.of(), Device.cpu());
        assertEquals(Backend.ONNXRUNTIME, chosen.backend());
        assertEquals(Optional.empty(), chosen.provider());
        assertTrue(chosen.remark().orElseThrow().contains("provider = cuda"), chosen.toString());
    }

    @Test
    void cudaRunsForWhoAsksForItOrForAGpuAndTheLatterIsTold() {
        BackendChoice choice = new BackendChoice(gpu -> DOWN, only(Provider.CUDA));
        BackendChoice.Choice asked = choose(choice, Map.of("provider", "cuda"), Device.cpu());
        assertEquals("onnxruntime with provider cuda", asked.toString());
        assertEquals(Optional.empty(), asked.remark());
        BackendChoice.Choice gpu = choose(choice, Map.of("backend", "onnxruntime"), Device.gpu(0));
        assertEquals(Optional.of(Provider.CUDA), gpu.provider());
        assertTrue(gpu.remark().orElseThrow().contains("in float"), gpu.toString());
        assertEquals(
                Optional.empty(),
                choose(choice, Map.of("backend", "onnxruntime"), Device.cpu()).provider());
    }

    @Test
    void onnxRuntimesTensorRtIsBetterThanTheCpu() {
        BackendChoice choice = new BackendChoice(gpu -> DOWN, only(Provider.TENSORRT));
        BackendChoice.Choice chosen = choose(choice, Map.of(), Device.gpu(1));
        assertEquals("onnxruntime with provider tensorrt", chosen.toString());
        assertEquals(1, chosen.gpu());
        assertEquals(Optional.empty(), chosen.remark());
        assertEquals(Optional.of(RequestedProvider.TENSORRT), chosen.requestedProvider());
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
        for (Backend backend : List.of(Backend.ONNXRUNTIME, Backend.SIMULATE)) {
            assertEquals(
                    backend,
                    choose(UNASKED, Map.of("backend", backend.id()), Device.cpu()).backend());
        }
        assertEquals(
                Backend.ONNXRUNTIME,
                choose(UNASKED, Map.of("provider", "cpu"), Device.gpu(0)).backend());
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
