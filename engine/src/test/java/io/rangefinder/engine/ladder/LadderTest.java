package io.rangefinder.engine.ladder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LadderTest {

    private static final Rung GOOD = Rung.passed("system", "Linux amd64");
    private static final Rung BAD = Rung.failed("device", "no GPU is visible", "add one");

    @Test
    void theFirstFailureSaysWhatFailedAndWhatToDo() {
        Ladder ladder = new Ladder("TensorRT", List.of(GOOD, BAD));
        assertEquals(Optional.of(BAD), ladder.firstFailure());
        assertEquals(Optional.of("no GPU is visible: add one"), ladder.problem());
        assertEquals(
                List.of(
                        "ok  system          Linux amd64",
                        "NO  device          no GPU is visible: add one"),
                ladder.toText());
        RungFailedException thrown = new RungFailedException(ladder);
        assertEquals("TensorRT cannot run here: no GPU is visible: add one", thrown.getMessage());
        assertEquals(ladder, thrown.ladder());
    }

    @Test
    void aLadderWithoutAFailureHasNoProblem() {
        Ladder ladder = new Ladder("TensorRT", List.of(GOOD, Rung.skipped("device", "not asked")));
        assertEquals(Optional.empty(), ladder.problem());
        assertThrows(NoSuchElementException.class, () -> new RungFailedException(ladder));
    }

    @Test
    void noRungStandsOnAFailedOne() {
        assertThrows(
                IllegalArgumentException.class, () -> new Ladder("TensorRT", List.of(BAD, GOOD)));
    }

    @Test
    void aFailedRungSaysWhatToDo() {
        assertThrows(IllegalArgumentException.class, () -> Rung.failed("device", "none", ""));
    }
}
