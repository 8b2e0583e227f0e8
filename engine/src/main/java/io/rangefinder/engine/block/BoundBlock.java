package io.rangefinder.engine.block;

import ai.djl.ndarray.NDList;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.session.Batch;
import io.rangefinder.engine.session.BatchedSession;
import io.rangefinder.engine.session.BoundModel;
import java.util.List;
import java.util.Optional;

/**
 * A predictor's view of a model with bound buffers: forward passes on the predictor's own session.
 * Outputs are copied once, into arrays of the inputs' manager.
 */
final class BoundBlock extends Int8Block {

    private final BoundModel model;
    private final BatchedSession session;
    private final List<BoundOutput> outputs;

    /** Outputs become what is given, one an output. */
    BoundBlock(
            BoundModel model,
            BatchedSession session,
            List<BoundOutput> outputs,
            Optional<CalledMethod> method) {
        super(model.inputs(), model.outputs(), method);
        this.model = model;
        this.session = session;
        this.outputs = outputs;
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
            NDList results = session.run(batch, inputs.get(0).getManager());
            for (int i = 0; i < results.size(); i++) {
                results.set(i, outputs.get(i).of(results.get(i)));
            }
            return results;
        }
    }
}
