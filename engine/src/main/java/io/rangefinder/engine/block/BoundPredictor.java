package io.rangefinder.engine.block;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.Translator;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.session.BatchedSession;
import io.rangefinder.engine.session.BoundModel;
import java.util.List;
import java.util.Optional;

/**
 * A predictor with a session of its own, which closes with it. As DJL's predictors, one that is
 * never closed is closed when it is collected, or with its model.
 *
 * <p>For one thread, as DJL's predictors are; several wait for each other, and get their own
 * results.
 *
 * @param <I> the application's input
 * @param <O> the application's output
 */
final class BoundPredictor<I, O> extends Predictor<I, O> {

    private final BatchedSession session;

    /** NDArrays are the CPU's: the session copies them to its own device. */
    BoundPredictor(
            Model model,
            BoundModel bound,
            Translator<I, O> translator,
            BatchedSession session,
            List<BoundOutput> outputs,
            Optional<CalledMethod> method) {
        super(model, translator, Device.cpu(), false);
        this.session = session;
        block = new BoundBlock(bound, session, outputs, method);
    }

    @Override
    public void close() {
        super.close();
        session.close();
    }
}
