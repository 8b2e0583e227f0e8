package io.rangefinder.engine;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.rangefinder.engine.session.ArrayTypes;
import io.rangefinder.engine.session.TensorDescription;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.List;
import java.util.Optional;

/** An INT8 model as DJL sees it: it can be described and run, and nothing else. */
abstract class Int8Block extends AbstractSymbolBlock {

    private final List<TensorDescription> inputs;
    private final List<TensorDescription> outputs;

    Int8Block(List<TensorDescription> inputs, List<TensorDescription> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
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
        return run(inputs);
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
