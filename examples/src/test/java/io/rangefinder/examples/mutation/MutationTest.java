package io.rangefinder.examples.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.mutation.MutationRun;
import io.rangefinder.mutation.MutationTarget;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inputs that were changed at random are read, or refused in a sentence. */
class MutationTest {

    static List<MutationTarget> targets() throws Exception {
        return new ExamplesTargets().targets();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void everyEndIsAnAnswerOrASentence(MutationTarget target) throws Exception {
        List<String> faults = MutationRun.faults(ExamplesTargets.class, target);
        assertEquals("", String.join("\n", faults));
    }
}
