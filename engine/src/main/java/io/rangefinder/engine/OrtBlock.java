package io.rangefinder.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.TensorDescription;
import java.util.ArrayList;
import java.util.List;

/**
 * One forward pass of an INT8 model in ONNX Runtime: NDArrays in, NDArrays out. Safe from any
 * thread.
 *
 * <p>Inputs go by their order, as the TorchScript model's do. One in the host's memory is read
 * where it is; outputs are copied once, into arrays of the inputs' manager.
 */
final class OrtBlock extends Int8Block {

    private final OrtModel session;
    private final FixedBatch batches;

    OrtBlock(OrtModel session) {
        super(session.inputs(), session.outputs());
        this.session = session;
        batches = FixedBatch.of(session.inputs());
    }

    @Override
    NDList run(NDList inputs) {
        checkInputs(inputs);
        return batches.run(inputs, this::runOnce);
    }

    private void checkInputs(NDList inputs) {
        List<TensorDescription> expected = session.inputs();
        if (inputs.size() != expected.size()) {
            throw new IllegalArgumentException(
                    "the model takes "
                            + expected.size()
                            + " inputs, "
                            + expected
                            + ", but was given "
                            + inputs.size());
        }
        for (int i = 0; i < inputs.size(); i++) {
            Shape shape = inputs.get(i).getShape();
            TensorDescription input = expected.get(i);
            if (!fits(shape, input.shape())) {
                throw new IllegalArgumentException(
                        "input "
                                + input.name()
                                + " must be of shape "
                                + input.shape()
                                + " but is "
                                + shape);
            }
        }
    }

    /** The first axis is the batch, which is made to fit. */
    private static boolean fits(Shape given, Shape expected) {
        boolean fits = given.dimension() == expected.dimension();
        for (int axis = 1; fits && axis < expected.dimension(); axis++) {
            fits = expected.get(axis) < 0 || expected.get(axis) == given.get(axis);
        }
        return fits;
    }

    private NDList runOnce(NDList inputs) {
        List<NamedTensor> tensors = new ArrayList<>(inputs.size());
        NDList converted = new NDList();
        try {
            for (int i = 0; i < inputs.size(); i++) {
                TensorDescription expected = session.inputs().get(i);
                NDArray input = inputs.get(i);
                if (input.getDataType() != expected.type()) {
                    input = input.toType(expected.type(), false);
                    converted.add(input);
                }
                tensors.add(
                        new NamedTensor(
                                expected.name(),
                                expected.type(),
                                input.getShape(),
                                input.toByteBuffer(true)));
            }
            NDManager manager = inputs.get(0).getManager();
            NDList outputs = new NDList();
            for (NamedTensor output : session.run(tensors)) {
                outputs.add(manager.create(output.data(), output.shape(), output.type()));
            }
            return outputs;
        } finally {
            converted.close();
        }
    }
}
