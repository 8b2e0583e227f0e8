package io.rangefinder.examples.gpucheck;

import ai.djl.ModelException;
import ai.djl.engine.EngineException;
import ai.djl.translate.TranslateException;
import io.rangefinder.engine.compare.Comparison;
import io.rangefinder.examples.cli.ErrorLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs contestants one after another on the same images. */
final class Trials {

    private final TestImages images;
    private final List<Integer> batches;
    private final Speed.Plan plan;
    private final float[] floatLogits;
    private Optional<float[]> simulated = Optional.empty();

    /**
     * Prepares.
     *
     * @param images the test images
     * @param batches the sizes to measure at; accuracy is measured at the last one
     * @param plan how many passes to time
     * @param floatLogits what the float model gives for the images
     */
    Trials(TestImages images, List<Integer> batches, Speed.Plan plan, float[] floatLogits) {
        this.images = images;
        this.batches = batches;
        this.plan = plan;
        this.floatLogits = floatLogits.clone();
    }

    /** Later contestants are compared with this one's answers, too. */
    Result runAsSimulation(Contestant contestant) {
        return run(contestant, true);
    }

    Result run(Contestant contestant) {
        return run(contestant, false);
    }

    private Result run(Contestant contestant, boolean simulation) {
        Optional<String> obstacle = contestant.obstacle();
        if (obstacle.isPresent()) {
            return new Result.NotRun(contestant, obstacle.get());
        }
        try {
            List<Speed> speeds = new ArrayList<>();
            float[] logits = {};
            Optional<String> layers = Optional.empty();
            for (int batch : batches) {
                try (Runner runner = contestant.load(batch)) {
                    float[] pixels = images.pixels(0, batch);
                    speeds.add(Speed.measure(runner, batch, pixels, plan));
                    if (batch == batches.get(batches.size() - 1)) {
                        logits = images.logits(runner, batch);
                        layers = runner.layers();
                    }
                }
            }
            Comparison toFloat = compare(floatLogits, logits);
            Optional<Comparison> toSimulate =
                    simulated.isPresent()
                            ? Optional.of(compare(simulated.get(), logits))
                            : Optional.empty();
            if (simulation) {
                simulated = Optional.of(logits);
            }
            return new Result.Ran(contestant, toFloat, toSimulate, List.copyOf(speeds), layers);
        } catch (IOException
                | ModelException
                | TranslateException
                | EngineException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | LinkageError e) {
            return new Result.NotRun(contestant, "failed: " + ErrorLine.of(e));
        }
    }

    private Comparison compare(float[] reference, float[] logits) {
        Comparison comparison = new Comparison();
        comparison.add(reference, logits, TestImages.CLASSES, Optional.of(images.labels()));
        return comparison;
    }
}
