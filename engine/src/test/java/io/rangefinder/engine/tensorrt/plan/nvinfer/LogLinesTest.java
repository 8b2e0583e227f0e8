package io.rangefinder.engine.tensorrt.plan.nvinfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Severities by the numbers of NVIDIA's header: internal error, error, warning, info, verbose. */
class LogLinesTest {

    @Test
    void onlyErrorsAreKeptForExceptions() {
        LogLines lines = new LogLines();
        lines.add(1, "no tactic");
        for (int severity : new int[] {2, 3, 4}) {
            for (int i = 0; i < 10; i++) {
                lines.add(severity, "chatter");
            }
        }
        lines.add(0, "an assertion");
        assertEquals(List.of("no tactic", "an assertion"), lines.takeErrors());
        assertEquals(List.of(), lines.takeErrors());
    }

    @Test
    void warningsTellWhereThereIsNoError() {
        LogLines lines = new LogLines();
        lines.add(2, "CUDA initialization failure with error: 35");
        lines.add(4, "chatter");
        assertEquals(List.of("CUDA initialization failure with error: 35"), lines.takeErrors());
        assertEquals(List.of(), lines.takeErrors());
    }

    @Test
    void theLastErrorsAreKept() {
        LogLines lines = new LogLines();
        for (int i = 1; i <= 7; i++) {
            lines.add(1, "error " + i);
        }
        assertEquals(
                List.of("error 3", "error 4", "error 5", "error 6", "error 7"), lines.takeErrors());
    }
}
