package io.rangefinder.examples.application;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

/** The application's own translator: the pixels of an image of clothes in, their kind out. */
public final class Clothes implements Translator<float[], Integer> {

    /** Made once; it has no settings. */
    public Clothes() {}

    @Override
    public NDList processInput(TranslatorContext ctx, float[] pixels) {
        return new NDList(ctx.getNDManager().create(pixels, new Shape(1, 28, 28)));
    }

    @Override
    public Integer processOutput(TranslatorContext ctx, NDList outputs) {
        NDArray logits = outputs.singletonOrThrow();
        return (int) logits.softmax(0).argMax().getLong();
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }
}
