package io.rangefinder.examples.gpucheck;

import ai.djl.ModelException;
import java.io.IOException;
import java.util.Optional;

/** A way to run the model, which may or may not be possible on this machine. */
interface Contestant {

    /** What it is, in a few words. */
    String name();

    /** Whether it is INT8 on a GPU, which is what the check is about. */
    boolean isInt8OnGpu();

    /** Why it can't run here and what to do, or empty if nothing is known to be in its way. */
    Optional<String> obstacle();

    /** Loads the model for batches of this size. */
    Runner load(int batch) throws IOException, ModelException;
}
