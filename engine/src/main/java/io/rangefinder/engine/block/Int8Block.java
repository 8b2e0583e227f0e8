package io.rangefinder.engine.block;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.session.ArrayTypes;
import io.rangefinder.engine.session.TensorDescription;
import io.rangefinder.engine.session.UnsuitableInputException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.List;
import java.util.Optional;

/** An INT8 model as DJL sees it: it can be described and run, and nothing else. */
abstract class Int8Block extends AbstractSymbolBlock {

    private final List<TensorDescription> inputs;
    private final List<TensorDescription> outputs;
    private final Optional<CalledMethod> method;

    Int8Block(
            List<TensorDescription> inputs,
            List<TensorDescription> outputs,
            Optional<CalledMethod> method) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.method = method;
    }

    /** Why DJL's arrays can't hold what goes in or comes out, or empty if they can. */
    final Optional<String> unfitForArrays() {
        return ArrayTypes.problem(inputs).or(() -> ArrayTypes.problem(outputs));
    }

    /** One forward pass of a batch. */
    abstract NDList run(NDList inputs);

    @Override
    protected final NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        if (training) {
            throw new UnsupportedOperationException("an INT8 model cannot be trained");
        }
        return run(withoutMarker(inputs));
    }

    /** Without an input that tells the PyTorch engine which method to call. */
    private NDList withoutMarker(NDList given) {
        boolean marked = false;
        for (NDArray input : given) {
            Optional<String> asked = ModelCall.marked(input.getName());
            marked |= asked.isPresent();
            if (asked.isPresent()
                    && method.filter(m -> !m.name().equals(asked.get())).isPresent()) {
                throw new UnsuitableInputException(
                        "an input asks for the method "
                                + asked.get()
                                + ", but the model was compiled for "
                                + method.get().name()
                                + ", which its ranges were captured through; capture ranges of "
                                + asked.get()
                                + " into a file of their own and load the model with those, too");
            }
        }
        if (!marked) {
            return given;
        }
        NDList inputsOnly = new NDList(given);
        inputsOnly.removeIf(input -> ModelCall.marked(input.getName()).isPresent());
        return given instanceof Samples samples ? samples.with(inputsOnly) : inputsOnly;
    }

    @Override
    public boolean isInitialized() {
        return true;
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return describe(inputs);
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return describe(outputs);
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
