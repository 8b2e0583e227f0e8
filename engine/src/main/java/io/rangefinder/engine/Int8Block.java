package io.rangefinder.engine;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.onnxruntime.TensorDescription;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One forward pass of an INT8 model: NDArrays in, NDArrays out. Safe from any thread.
 *
 * <p>Inputs go by their order, as the TorchScript model's do. One in the host's memory is read
 * where it is; outputs are copied once, into arrays of the inputs' manager.
 */
final class Int8Block extends AbstractSymbolBlock {

    private final OrtModel session;
    private final FixedBatch batches;

    Int8Block(OrtModel session) {
        this.session = session;
        batches = FixedBatch.of(session.inputs());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        if (training) {
            throw new UnsupportedOperationException("an INT8 model cannot be trained");
        }
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

    @Override
    public boolean isInitialized() {
        return true;
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return describe(session.inputs());
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return describe(session.outputs());
    }

    private static PairList<String, Shape> describe(List<TensorDescription> tensors) {
        PairList<String, Shape> described = new PairList<>();
        tensors.forEach(t -> described.add(t.name(), t.shape()));
        return described;
    }

    @Override
    public ParameterList getDirectParameters() {
        return new ParameterList();
    }

    @Override
    public void saveParameters(DataOutputStream out) {
        throw new UnsupportedOperationException("an INT8 model is saved by the verb quantize");
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream in)
            throws MalformedModelException {
        throw new UnsupportedOperationException("an INT8 model is loaded from a file");
    }
}
