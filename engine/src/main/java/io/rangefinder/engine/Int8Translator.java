package io.rangefinder.engine;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.Batchifier;
import ai.djl.translate.StackBatchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorOptions;
import io.rangefinder.engine.block.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Wraps the application's own {@link Translator} for a model of the engine {@link Int8#ENGINE}.
 * What goes in and comes out is the application's; in between, float64 and float16 arrays become
 * float32, which the model is fed with, before they are put into a batch.
 *
 * <p>Where the backend has buffers bound (TensorRT), and the translator's batches are what DJL
 * makes by default (stacked, none of it overridden), samples are never stacked: each goes from the
 * translator's array straight into its place in the predictor's session. Otherwise batches go as
 * the translator makes them.
 *
 * <p>As safe for use from several threads as the translator that it wraps.
 *
 * @param <I> the application's input
 * @param <O> the application's output
 */
public final class Int8Translator<I, O> implements Translator<I, O> {

    private final Translator<I, O> translator;
    private final boolean samplesApart;

    /**
     * Wraps a translator.
     *
     * @param translator the application's own
     */
    public Int8Translator(Translator<I, O> translator) {
        this(Objects.requireNonNull(translator, "translator"), false);
    }

    private Int8Translator(Translator<I, O> translator, boolean samplesApart) {
        this.translator = translator;
        this.samplesApart = samplesApart;
    }

    /** The same for a predictor whose block takes {@link Samples} and converts types itself. */
    Translator<I, O> withSamplesApart() {
        return makesBatchesAsDjl() ? new Int8Translator<>(translator, true) : this;
    }

    /** A translator that makes whole batches itself must be asked for them. */
    private boolean makesBatchesAsDjl() {
        try {
            return translator
                    .getClass()
                    .getMethod("batchProcessInput", TranslatorContext.class, List.class)
                    .getDeclaringClass()
                    .equals(Translator.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a translator without batchProcessInput", e);
        }
    }

    @Override
    public void prepare(TranslatorContext ctx) throws Exception {
        Model model = ctx.getModel();
        if (!(model instanceof Int8Model)) {
            throw new IllegalStateException(
                    "model "
                            + model.getName()
                            + " does not run on the engine "
                            + Int8.ENGINE
                            + "; use your own translator without Int8Translator");
        }
        translator.prepare(ctx);
    }

    @Override
    public Batchifier getBatchifier() {
        return translator.getBatchifier();
    }

    @Override
    public NDList processInput(TranslatorContext ctx, I input) throws Exception {
        return toFloat32(translator.processInput(ctx, input));
    }

    @Override
    public NDList batchProcessInput(TranslatorContext ctx, List<I> inputs) throws Exception {
        if (samplesApart && isStack(translator.getBatchifier())) {
            List<NDList> samples = new ArrayList<>(inputs.size());
            for (I input : inputs) {
                samples.add(translator.processInput(ctx, input));
            }
            return new Samples(samples);
        }
        return toFloat32(translator.batchProcessInput(ctx, inputs));
    }

    /** A subclass may stack in another way. */
    private static boolean isStack(Batchifier batchifier) {
        return batchifier != null && batchifier.getClass().equals(StackBatchifier.class);
    }

    private static NDList toFloat32(NDList inputs) {
        NDList result = new NDList(inputs.size());
        for (NDArray input : inputs) {
            DataType type = input.getDataType();
            boolean other = type == DataType.FLOAT64 || type == DataType.FLOAT16;
            result.add(other ? input.toType(DataType.FLOAT32, false) : input);
        }
        return result;
    }

    @Override
    public O processOutput(TranslatorContext ctx, NDList outputs) throws Exception {
        return translator.processOutput(ctx, outputs);
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext ctx, NDList outputs) throws Exception {
        return translator.batchProcessOutput(ctx, outputs);
    }

    @Override
    public TranslatorOptions getExpansions() {
        return translator.getExpansions();
    }
}
