package io.rangefinder.engine.block;

import ai.djl.ndarray.NDList;
import io.rangefinder.engine.session.BoundModel;
import java.util.Optional;

/** A model with bound buffers, without a session: what {@code Model.getBlock} gives. */
final class DescribedBlock extends Int8Block {

    DescribedBlock(BoundModel model) {
        super(model.inputs(), model.outputs(), Optional.empty());
    }

    @Override
    NDList run(NDList inputs) {
        throw new UnsupportedOperationException(
                "the model's block has no session of its own; run the model by a predictor");
    }
}
