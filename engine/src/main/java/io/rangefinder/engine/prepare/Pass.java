package io.rangefinder.engine.prepare;

import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;

/** One rewriting of a graph. Stateless. */
interface Pass {

    /**
     * Edits a graph. The tensors that the model takes and gives keep their names.
     *
     * @param graph the graph, a copy of the model's that earlier passes have edited
     * @param model the model, for its opset and where it came from
     */
    void apply(OnnxGraph graph, OnnxModel model) throws InvalidOnnxException;
}
