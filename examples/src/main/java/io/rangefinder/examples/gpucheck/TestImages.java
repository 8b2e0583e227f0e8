package io.rangefinder.examples.gpucheck;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.rangefinder.examples.data.FashionMnist;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The first of the test images, normalized once: whole batches of the greatest size. */
final class TestImages {

    static final int CLASSES = 10;

    private static final int PIXELS = FashionMnist.SIDE * FashionMnist.SIDE;

    private final float[] pixels;
    private final int[] labels;

    private TestImages(float[] pixels, int[] labels) {
        this.pixels = pixels;
        this.labels = labels;
    }

    /**
     * Takes images.
     *
     * @param data the test images
     * @param most how many at most
     * @param batch the size of which whole batches are taken; at least one
     */
    static TestImages of(FashionMnist data, int most, int batch) {
        int count = Math.max(1, Math.min(most, data.count()) / batch) * batch;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return new TestImages(
                    data.batch(manager, 0, count).toFloatArray(),
                    IntStream.range(0, count).map(data::label).toArray());
        }
    }

    int count() {
        return labels.length;
    }

    int[] labels() {
        return labels.clone();
    }

    float[] pixels(int from, int count) {
        return Arrays.copyOfRange(pixels, from * PIXELS, (from + count) * PIXELS);
    }

    /** Runs a model on all images. */
    float[] logits(Runner runner, int batch) throws TranslateException {
        float[] logits = new float[labels.length * CLASSES];
        for (int from = 0; from < labels.length; from += batch) {
            float[] some = runner.run(pixels(from, batch));
            if (some.length != batch * CLASSES) {
                throw new IllegalStateException(
                        "a batch of " + batch + " gave " + some.length + " logits");
            }
            System.arraycopy(some, 0, logits, from * CLASSES, some.length);
        }
        return logits;
    }
}
