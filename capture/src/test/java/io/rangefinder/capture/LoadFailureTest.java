package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PyTorch can't load is said in a line with the file, the reason and the remedy. */
class LoadFailureTest {

    @ParameterizedTest
    @CsvSource({"newer.pt, aten::_upsample_lanczos2d_aa", "optimized.pt, optimize_for_inference"})
    void theReasonAndTheRemedyAreSaid(String name, String said) {
        Path file = Path.of("src/test/resources/refused", name).toAbsolutePath();
        EngineException thrown =
                assertThrows(EngineException.class, () -> Models.load(file, "RangeCapture"));
        assertTrue(thrown.getMessage().startsWith(file + " can't be loaded: "));
        assertTrue(thrown.getMessage().contains(said), thrown.getMessage());
        assertEquals(1, thrown.getMessage().lines().count());
    }
}
