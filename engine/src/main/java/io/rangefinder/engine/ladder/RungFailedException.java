package io.rangefinder.engine.ladder;

import ai.djl.engine.EngineException;

/** Something that a backend needs of this machine is not there. */
public class RungFailedException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final transient Ladder ladder;

    /**
     * Tells which rung failed and what to do.
     *
     * @param ladder a ladder with a failed rung
     * @throws java.util.NoSuchElementException if none failed
     */
    public RungFailedException(Ladder ladder) {
        super(ladder.subject() + " cannot run here: " + ladder.problem().orElseThrow());
        this.ladder = ladder;
    }

    /**
     * The whole climb.
     *
     * @return the ladder, whose last rung failed
     */
    public Ladder ladder() {
        return ladder;
    }
}
