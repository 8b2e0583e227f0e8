package io.rangefinder.engine.backend.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrialProcessTest {

    private static final float[] EXPECTED = {1, -2, 0.5f};

    private static Trial.Outcome judge(int status, String... lines) {
        return TrialProcess.judge(status, List.of(lines), EXPECTED);
    }

    @Test
    void theCpusNumbersPassAmongNativeCodesOwnLines() {
        assertTrue(judge(0, "[W] tactics", "trial-result [1.01, -2.0, 0.49]").worked());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[1, -2]", "[1, -2, 0.5, 0]", "[1, 2, 0.5]", "[1, NaN, 0.5]", "[0, 0, 0]"})
    void otherNumbersFail(String numbers) {
        Trial.Outcome outcome = judge(0, "trial-result " + numbers);
        assertFalse(outcome.worked());
        assertTrue(outcome.text().contains("off the CPU's"), outcome.text());
    }

    @Test
    void crashFailsWithItsStatusAndSignal() {
        Trial.Outcome outcome = judge(134, "#", "#  SIGSEGV (0xb) at pc=0x00007f", "trial-result");
        assertFalse(outcome.worked());
        assertTrue(outcome.text().contains("status 134"), outcome.text());
        assertTrue(outcome.text().contains("SIGSEGV"), outcome.text());
    }

    @Test
    void whatOnnxRuntimeSaysIsPassedOn() {
        Trial.Outcome outcome = judge(Trial.REFUSED, "trial-problem CUDA failure 35");
        assertEquals(new Trial.Outcome(false, "CUDA failure 35"), outcome);
    }

    @Test
    void endWithoutAWordFails() {
        assertFalse(judge(0).worked());
    }

    /** A real process: this build of ONNX Runtime is the CPU's, and says so. */
    @ParameterizedTest
    @EnumSource(Provider.class)
    void processWithoutTheProviderEndsWithOnnxRuntimesWord(Provider provider) throws Exception {
        assumeTrue(new ThisMachine(Path.of("unused")).providers().isEmpty(), "no GPU build");
        Trial.Outcome outcome = TrialProcess.run(provider, 0, List.of());
        assertFalse(outcome.worked());
        assertTrue(outcome.text().contains("Failed to find"), outcome.text());
    }

    @Test
    void modelsNumbersAreTheConvolutionOfRoundedInputs() {
        float[] x = Trial.input(1, 4, 16, 16);
        float[] w = Trial.input(8, 4, 3, 3);
        // Output 5 at row 3, column 7, by hand on the int8 grid of scale 1/127.
        double sum = 0;
        for (int c = 0; c < 4; c++) {
            for (int r = 0; r < 3; r++) {
                for (int k = 0; k < 3; k++) {
                    double a = Math.rint(x[(c * 16 + r + 2) * 16 + k + 6] * 127) / 127;
                    double b = Math.rint(w[((5 * 4 + c) * 3 + r) * 3 + k] * 127) / 127;
                    sum += a * b;
                }
            }
        }
        assertEquals(sum, TrialModel.expected()[(5 * 16 + 3) * 16 + 7], 1e-4);
    }

    @Test
    void theChildsOwnFormIsRead() {
        // Float.toString may write an exponent.
        float[] values = {1e-7f, -12345678f, 3};
        String line = "trial-result " + Arrays.toString(values);
        assertTrue(
                TrialProcess.judge(0, List.of(line.toUpperCase(Locale.ROOT)), values)
                        .text()
                        .contains("status 0"));
        assertTrue(TrialProcess.judge(0, List.of(line), values).worked());
    }
}
