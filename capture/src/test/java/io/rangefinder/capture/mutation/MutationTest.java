package io.rangefinder.capture.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.mutation.MutationRun;
import io.rangefinder.mutation.MutationTarget;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives, programs and ranges that were changed at random are read, or refused in a sentence. */
class MutationTest {

    static List<MutationTarget> targets() throws Exception {
        return new CaptureTargets().targets();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void everyEndIsAnAnswerOrASentence(MutationTarget target) throws Exception {
        List<String> faults = MutationRun.faults(CaptureTargets.class, target);
        assertEquals("", String.join("\n", faults));
    }
}
