package io.rangefinder.engine.backend.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.ladder.Rung;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With the real libraries of profile {@code onnxruntime-gpu}, on a machine that may have no GPU.
 */
@Tag("onnxruntime-gpu")
class OnnxRuntimeGpuTest {

    private final ThisMachine machine =
            new ThisMachine(CompiledCache.defaultFolder().resolve("native"));

    @Test
    void buildForGpusHasBothProviders() {
        assertEquals(EnumSet.allOf(Provider.class), machine.providers());
        assertEquals("1.21.0", OrtEnvironment.getEnvironment().getVersion());
    }

    @Test
    void everyLibraryIsOnTheClassPathAndLoads() throws Exception {
        LibraryFiles.Found found = machine.libraries(GpuLibrary.of(Provider.TENSORRT));
        assertEquals(List.of(), found.missing());
        found.files().forEach(machine::load);
        assertEquals(17, found.files().size());
    }

    /** The providers' native code ends its process where there is no device: never this one. */
    @ParameterizedTest
    @EnumSource(Provider.class)
    void trialEndsInAProcessOfItsOwn(Provider provider) throws Exception {
        LibraryFiles.Found found = machine.libraries(GpuLibrary.of(provider));
        Trial.Outcome outcome = TrialProcess.run(provider, 0, found.files());
        System.out.println(provider + ": " + outcome);
        assertFalse(outcome.text().contains("cannot open shared object"), outcome.text());
        assertEquals(!machine.devices().isEmpty(), outcome.worked());
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void ladderEndsWithAGpuOrASentence(Provider provider) throws Exception {
        var ladder = OnnxRuntimeGpu.here().ladder(provider, 0);
        System.out.println(String.join("\n", ladder.toText()));
        if (machine.devices().isEmpty()) {
            Rung failed = ladder.firstFailure().orElseThrow();
            assertTrue(failed.name().matches("driver|device"), failed::toText);
        } else {
            assertEquals(7, ladder.rungs().size());
        }
    }
}
