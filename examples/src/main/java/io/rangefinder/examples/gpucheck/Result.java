package io.rangefinder.examples.gpucheck;

import io.rangefinder.engine.compare.Comparison;
import java.util.List;
import java.util.Optional;

/** What became of a contestant. */
sealed interface Result {

    /** The contestant. */
    Contestant contestant();

    /**
     * It ran to the end.
     *
     * @param contestant the contestant
     * @param toFloat its logits against PyTorch's
     * @param toSimulate its logits against the backend simulate's, if that ran before
     * @param speeds its times by batch
     * @param layers what became of the layers, for people
     */
    record Ran(
            Contestant contestant,
            Comparison toFloat,
            Optional<Comparison> toSimulate,
            List<Speed> speeds,
            Optional<String> layers)
            implements Result {}

    /**
     * It did not.
     *
     * @param contestant the contestant
     * @param why what is in its way, or what it failed with
     */
    record NotRun(Contestant contestant, String why) implements Result {}
}
