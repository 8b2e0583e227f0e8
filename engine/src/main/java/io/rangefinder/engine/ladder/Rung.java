package io.rangefinder.engine.ladder;

import java.util.Objects;

/**
 * One thing that a backend needs of a machine.
 *
 * @param name what is looked at, in a word or two
 * @param outcome whether it is there
 * @param found what was found; of a skipped rung, why nobody looked
 * @param remedy what to do about it; empty unless the rung failed
 */
public record Rung(String name, Outcome outcome, String found, String remedy) {

    /** How a rung ended. */
    public enum Outcome {
        /** What is needed is there. */
        PASSED("ok"),
        /** It is not, and no rung above it was tried. */
        FAILED("NO"),
        /** Nobody looked. */
        SKIPPED("-");

        private final String mark;

        Outcome(String mark) {
            this.mark = mark;
        }
    }

    /**
     * Checks that a remedy is there where one is needed, and only there.
     *
     * @param name what is looked at
     * @param outcome whether it is there
     * @param found what was found
     * @param remedy what to do; empty unless the rung failed
     * @throws IllegalArgumentException if a failed rung has no remedy or another has one
     */
    public Rung {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(found, "found");
        if ((outcome == Outcome.FAILED) == remedy.isEmpty()) {
            throw new IllegalArgumentException("rung " + name + " " + outcome + ": " + remedy);
        }
    }

    /**
     * What is needed is there.
     *
     * @param name what was looked at
     * @param found what was found
     * @return the rung
     */
    public static Rung passed(String name, String found) {
        return new Rung(name, Outcome.PASSED, found, "");
    }

    /**
     * What is needed is not there.
     *
     * @param name what was looked at
     * @param found what is wrong, such as {@code no GPU is visible}
     * @param remedy what to do, such as {@code start the container with --gpus all}
     * @return the rung
     */
    public static Rung failed(String name, String found, String remedy) {
        return new Rung(name, Outcome.FAILED, found, remedy);
    }

    /**
     * Nobody looked.
     *
     * @param name what was not looked at
     * @param why the reason
     * @return the rung
     */
    public static Rung skipped(String name, String why) {
        return new Rung(name, Outcome.SKIPPED, why, "");
    }

    /**
     * Tells what was found and, of a failed rung, what to do.
     *
     * @return one sentence, without a full stop
     */
    public String sentence() {
        return remedy.isEmpty() ? found : found + ": " + remedy;
    }

    /**
     * A line for people.
     *
     * @return the outcome, the name and the sentence, in columns
     */
    public String toText() {
        return String.format("%-3s %-15s %s", outcome.mark, name, sentence());
    }
}
