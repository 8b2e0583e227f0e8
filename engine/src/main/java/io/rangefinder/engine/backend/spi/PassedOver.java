package io.rangefinder.engine.backend.spi;

import io.rangefinder.engine.ladder.Ladder;
import java.util.Optional;

/**
 * A backend that would have been better but cannot run here.
 *
 * @param backend the backend
 * @param ladder its ladder, on which a rung failed
 */
public record PassedOver(Backend backend, Ladder ladder) {

    /**
     * Why it does not run.
     *
     * @return what to tell of it, or empty if nobody would expect it to run
     */
    public Optional<String> why() {
        return backend.whyPassedOver(ladder);
    }
}
