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
import io.rangefinder.capture.source.ModelSources;
import io.rangefinder.capture.source.ObservedModel;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** An observed model: its own outputs, and what was seen goes to the recorder. */
final class RangeCaptureBlock extends AbstractSymbolBlock {

    private final ObservedModel model;

    RangeCaptureBlock(ObservedModel model) {
        this.model = model;
    }

    ObservedModel model() {
        return model;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        return model.forward(parameterStore, inputs, training, params);
    }

    @Override
    public boolean isInitialized() {
        return true;
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return model.describeInput();
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return model.describeOutput();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return model.outputShapes(inputShapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes, DataType[] dataTypes) {
        return model.outputShapes(inputShapes, dataTypes);
    }

    @Override
    public ParameterList getDirectParameters() {
        return model.parameters();
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
                "hooks are put in while a "
                        + String.join(" or ", ModelSources.extensions())
                        + " file is loaded; name it with optModelPath");
    }
}
