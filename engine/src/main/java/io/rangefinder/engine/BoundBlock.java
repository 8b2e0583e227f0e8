package io.rangefinder.engine;

import ai.djl.ndarray.NDList;
import io.rangefinder.engine.session.Batch;
import io.rangefinder.engine.session.BatchedSession;
import io.rangefinder.engine.session.BoundModel;

/**
 * A predictor's view of a model with bound buffers: forward passes on the predictor's own session.
 * Outputs are copied once, into arrays of the inputs' manager.
 */
final class BoundBlock extends Int8Block {

    private final BoundModel model;
    private final BatchedSession session;

    BoundBlock(BoundModel model, BatchedSession session) {
        super(model.inputs(), model.outputs());
        this.model = model;
        this.session = session;
    }

    @Override
    NDList run(NDList inputs) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("the model takes inputs but was given none");
        }
        try (Batch batch =
                inputs instanceof Samples samples
                        ? Batch.samples(model, samples.apart())
                        : Batch.whole(model, inputs)) {
            return session.run(batch, inputs.get(0).getManager());
        }
    }
}
