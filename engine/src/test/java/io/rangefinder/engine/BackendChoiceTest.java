package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Ladders are described; ONNX Runtime is the one for CPUs that the tests run on. */
class BackendChoiceTest {

    private static final Ladder UP =
            new Ladder("TensorRT", List.of(Rung.passed("device", "a GPU that is not there")));
    private static final Ladder DOWN =
            new Ladder("TensorRT", List.of(Rung.failed("device", "no GPU", "put one in")));
    private static final IntFunction<Ladder> UNASKED =
            gpu -> {
                throw new AssertionError("TensorRT is not to be asked");
            };

    private static BackendChoice.Choice choose(
            IntFunction<Ladder> tensorRt, Map<String, String> options, Device device) {
        return choice(tensorRt).of(new Options(options), device);
    }

    private static BackendChoice choice(IntFunction<Ladder> tensorRt) {
        return new BackendChoice(tensorRt, new OnnxRuntimeBackend());
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
                new BackendChoice.Choice(Backend.TENSORRT, Optional.empty(), 0),
                choose(ladder, Map.of(), Device.cpu()));
        assertEquals(
                new BackendChoice.Choice(Backend.TENSORRT, Optional.empty(), 1),
                choose(ladder, Map.of(), Device.gpu(1)));
        assertEquals(2, choose(ladder, Map.of("backend", "tensorrt"), Device.gpu(2)).gpu());
        assertEquals(List.of(0, 1, 2), asked);
    }

    @Test
    void withoutAGpuTheCpuRunsAndThatIsSaidOnce() {
        BackendChoice choice = choice(gpu -> DOWN);
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            for (Device device : List.of(Device.cpu(), Device.gpu(0), Device.cpu())) {
                BackendChoice.Choice chosen = choice.of(new Options(Map.of()), device);
                assertEquals(Backend.ONNXRUNTIME, chosen.backend());
                assertEquals(Optional.empty(), chosen.provider());
            }
        } finally {
            System.setErr(before);
        }
        String text = log.toString(StandardCharsets.UTF_8);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.contains("WARN") && text.contains("no GPU: put one in"), text);
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
