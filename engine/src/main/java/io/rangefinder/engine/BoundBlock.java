package io.rangefinder.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.rangefinder.engine.session.Batch;
import io.rangefinder.engine.session.BatchedSession;
import io.rangefinder.engine.session.BoundModel;
import java.util.List;

/**
 * A predictor's view of a model with bound buffers: forward passes on the predictor's own session.
 * Outputs are copied once, into arrays of the inputs' manager.
 */
final class BoundBlock extends Int8Block {

    private final BoundModel model;
    private final BatchedSession session;
    private final List<DataType> outputTypes;

    /** Outputs become of the given types, one an output. */
    BoundBlock(BoundModel model, BatchedSession session, List<DataType> outputTypes) {
        super(model.inputs(), model.outputs());
        this.model = model;
        this.session = session;
        this.outputTypes = outputTypes;
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
            NDList outputs = session.run(batch, inputs.get(0).getManager());
            for (int i = 0; i < outputs.size(); i++) {
                outputs.set(i, toType(outputs.get(i), outputTypes.get(i)));
            }
            return outputs;
        }
    }

    private static NDArray toType(NDArray output, DataType type) {
        if (output.getDataType() == type) {
            return output;
        }
        try (output) {
            NDArray converted = output.toType(type, false);
            converted.setName(output.getName());
            return converted;
        }
    }
}
