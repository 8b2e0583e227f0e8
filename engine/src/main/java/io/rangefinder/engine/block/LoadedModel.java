package io.rangefinder.engine.block;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.translate.Translator;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.BoundModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An INT8 model that a backend has loaded. Safe from any thread, but for closing. */
public interface LoadedModel extends AutoCloseable {

    /**
     * What DJL describes the model by.
     *
     * @return its block, which predictors run unless they have their own
     */
    Block block();

    /**
     * Which layers run in INT8.
     *
     * @return text for people, a line or several
     */
    String coverage();

    /**
     * Why DJL's arrays can't hold what goes in or comes out.
     *
     * @return a sentence without the model's name, or empty if they can
     */
    default Optional<String> unfitForArrays() {
        return Optional.empty();
    }

    /**
     * Whether its predictors take samples as {@link Samples}, which nobody has put into a batch.
     *
     * @return false if they want batches
     */
    default boolean takesSamples() {
        return false;
    }

    /**
     * A predictor of the model, whose NDArrays are the CPU's.
     *
     * @param model the model that it is a predictor of
     * @param translator the application's translator
     * @param <I> the application's input
     * @param <O> the application's output
     * @return a new predictor
     */
    default <I, O> Predictor<I, O> newPredictor(Model model, Translator<I, O> translator) {
        return new Predictor<>(model, translator, Device.cpu(), false);
    }

    @Override
    void close();

    /**
     * A session of ONNX Runtime, which all predictors run on at once.
     *
     * @param session the loaded model, which is closed with this, or here if this fails
     * @param coverage which layers run in INT8
     * @return the model
     */
    static LoadedModel shared(OrtModel session, String coverage) {
        try {
            return new OrtLoadedModel(session, new OrtBlock(session), coverage);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    /**
     * A model with bound buffers, on which each predictor has a session.
     *
     * @param bound the loaded model, which is closed with this
     * @param outputTypes the types of its outputs in the model, which a backend may have changed
     * @param metadata what the model tells of itself
     * @param coverage which layers run in INT8
     * @return the model
     */
    static LoadedModel bound(
            BoundModel bound,
            List<DataType> outputTypes,
            Map<String, String> metadata,
            String coverage) {
        return new BoundLoadedModel(
                bound,
                BoundOutput.of(bound.outputs(), outputTypes, metadata),
                CalledMethod.of(metadata),
                new DescribedBlock(bound),
                coverage);
    }
}
