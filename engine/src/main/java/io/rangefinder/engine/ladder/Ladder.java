package io.rangefinder.engine.ladder;

import java.util.List;
import java.util.Optional;

/**
 * What a backend needs of a machine, rung by rung. The climb ends at the first rung that fails.
 *
 * @param subject what was brought up, such as {@code TensorRT}
 * @param rungs the rungs in the order in which they were climbed
 */
public record Ladder(String subject, List<Rung> rungs) {

    /**
     * Keeps a copy of the rungs.
     *
     * @param subject what was brought up
     * @param rungs the rungs in order
     * @throws IllegalArgumentException if a rung stands above a failed one
     */
    public Ladder {
        rungs = List.copyOf(rungs);
        if (rungs.stream().limit(Math.max(0, rungs.size() - 1)).anyMatch(Ladder::failed)) {
            throw new IllegalArgumentException("a rung of " + subject + " stands on a failed one");
        }
    }

    /**
     * The rung that failed.
     *
     * @return the rung, or empty if none did
     */
    public Optional<Rung> firstFailure() {
        return rungs.stream().filter(Ladder::failed).findFirst();
    }

    /**
     * Why the backend cannot run here.
     *
     * @return a sentence that says what failed and what to do, or empty if nothing did
     */
    public Optional<String> problem() {
        return firstFailure().map(Rung::sentence);
    }

    /**
     * The rungs for people.
     *
     * @return a line for each rung
     */
    public List<String> toText() {
        return rungs.stream().map(Rung::toText).toList();
    }

    private static boolean failed(Rung rung) {
        return rung.outcome() == Rung.Outcome.FAILED;
    }
}
