package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.Translator;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.BatchedSession;
import io.rangefinder.engine.session.BoundModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A backend with an INT8 model loaded. Safe from any thread, but for closing. */
sealed interface LoadedBackend extends AutoCloseable {

    /** What DJL describes the model by. */
    Int8Block block();

    /** Which layers run in INT8, for people. */
    String coverage();

    /** A predictor of the model, whose NDArrays are the CPU's. */
    <I, O> Predictor<I, O> newPredictor(Model model, Translator<I, O> translator);

    @Override
    void close();

    /**
     * ONNX Runtime, whose one session all predictors run on at once.
     *
     * @param session the loaded model
     * @param block its forward pass
     * @param coverage which layers run in INT8
     */
    record Shared(OrtModel session, Int8Block block, String coverage) implements LoadedBackend {

        Shared(OrtModel session, String coverage) {
            this(session, new OrtBlock(session), coverage);
        }

        @Override
        public <I, O> Predictor<I, O> newPredictor(Model model, Translator<I, O> translator) {
            return new Predictor<>(model, translator, Device.cpu(), false);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /**
     * A model with bound buffers, on which each predictor has a session.
     *
     * @param bound the loaded model
     * @param outputs what the model's outputs are, which a backend may have changed
     * @param method the method of the TorchScript model that it is
     * @param block its description
     * @param coverage which layers run in INT8
     */
    record Bound(
            BoundModel bound,
            List<BoundOutput> outputs,
            Optional<CalledMethod> method,
            Int8Block block,
            String coverage)
            implements LoadedBackend {

        Bound(
                BoundModel bound,
                List<DataType> outputTypes,
                Map<String, String> metadata,
                String coverage) {
            this(
                    bound,
                    BoundOutput.of(bound.outputs(), outputTypes, metadata),
                    CalledMethod.of(metadata),
                    new DescribedBlock(bound),
                    coverage);
        }

        @Override
        public <I, O> Predictor<I, O> newPredictor(Model model, Translator<I, O> translator) {
            Translator<I, O> own =
                    translator instanceof Int8Translator<I, O> int8
                            ? int8.withSamplesApart()
                            : translator;
            BatchedSession session = new BatchedSession(bound);
            try {
                return new BoundPredictor<>(model, bound, own, session, outputs, method);
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
}
