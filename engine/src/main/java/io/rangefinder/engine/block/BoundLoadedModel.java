package io.rangefinder.engine.block;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.Translator;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.session.BatchedSession;
import io.rangefinder.engine.session.BoundModel;
import java.util.List;
import java.util.Optional;

/**
 * A model with bound buffers, on which each predictor has a session.
 *
 * @param bound the loaded model
 * @param outputs what the model's outputs are, which a backend may have changed
 * @param method the method of the source that it is
 * @param block its description
 * @param coverage which layers run in INT8
 */
record BoundLoadedModel(
        BoundModel bound,
        List<BoundOutput> outputs,
        Optional<CalledMethod> method,
        Int8Block block,
        String coverage)
        implements LoadedModel {

    @Override
    public Optional<String> unfitForArrays() {
        return block.unfitForArrays();
    }

    @Override
    public boolean takesSamples() {
        return true;
    }

    @Override
    public <I, O> Predictor<I, O> newPredictor(Model model, Translator<I, O> translator) {
        BatchedSession session = new BatchedSession(bound);
        try {
            return new BoundPredictor<>(model, bound, translator, session, outputs, method);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    @Override
    public void close() {
        bound.close();
    }
}
