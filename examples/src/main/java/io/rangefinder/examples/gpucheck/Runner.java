package io.rangefinder.examples.gpucheck;

import ai.djl.translate.TranslateException;
import java.util.Optional;

/** A model that is loaded for batches of one size. Not for use from several threads. */
interface Runner extends AutoCloseable {

    /**
     * One forward pass, from the heap to the heap: copies to a device and back are part of it.
     *
     * @param pixels a whole batch
     * @return the logits, ten an image
     */
    float[] run(float[] pixels) throws TranslateException;

    /** What became of the layers, for people. */
    Optional<String> layers();

    @Override
    void close();
}
