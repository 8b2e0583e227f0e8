package io.rangefinder.capture;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** The PyTorch block with hooks: the same outputs, and what was seen goes to the recorder. */
final class RangeCaptureBlock extends AbstractSymbolBlock {

    private final HookedModule module;

    RangeCaptureBlock(HookedModule module) {
        this.module = module;
    }

    HookedModule module() {
        return module;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        return module.forward(parameterStore, inputs, training, params);
    }

    @Override
    public boolean isInitialized() {
        return true;
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return module.describeInput();
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return module.describeOutput();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return module.plain(block -> block.getOutputShapes(inputShapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes, DataType[] dataTypes) {
        return module.plain(block -> block.getOutputShapes(inputShapes, dataTypes));
    }

    @Override
    public ParameterList getDirectParameters() {
        return module.plain(block -> block.getDirectParameters());
    }

    @Override
    public void saveParameters(DataOutputStream out) throws IOException {
        throw new UnsupportedOperationException(
                "a model with hooks is not for saving; save it with the PyTorch engine");
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream in)
            throws IOException, MalformedModelException {
        throw new UnsupportedOperationException(
                "hooks are put in while a .pt file is loaded; name it with optModelPath");
    }
}
