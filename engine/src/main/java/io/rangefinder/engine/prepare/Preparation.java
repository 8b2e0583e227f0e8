package io.rangefinder.engine.prepare;

import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.OpsetConverter;
import io.rangefinder.engine.onnx.ShapeCheck;
import java.util.List;

/**
 * Prepares a float model for quantization. What is prepared already stays as it is. Stateless,
 * hence safe from any thread.
 */
public final class Preparation {

    /** In an order in which each finds what those before it leave. */
    private static final List<Pass> PASSES =
            List.of(
                    new TrailingInputs(),
                    new ConstantFolding(),
                    new InputCasts(),
                    new EinsumProducts(),
                    new ConstantFolding(),
                    new SqueezeAxes(),
                    new ChannelFolding(),
                    new ConstantBounds());

    private Preparation() {}

    /**
     * Prepares a model.
     *
     * @param model a model of any opset that can be read
     * @return the same in opset 13 to 17, or later where a node needs it, as this package says
     * @throws InvalidOnnxException if it can't be raised, if its functions call themselves, or if
     *     its shapes don't fit
     */
    public static OnnxModel prepare(OnnxModel model) throws InvalidOnnxException {
        OnnxModel raised = OpsetConverter.raise(LocalFunctions.inline(model));
        OnnxModel named = NodeNames.unique(FullPrecision.of(raised));
        ShapeCheck.check(named);
        OnnxGraph graph = named.graph();
        for (Pass pass : PASSES) {
            pass.apply(graph, named);
        }
        OnnxModel lowered = OpsetLowering.of(named.withGraph(graph));
        OnnxGraph used = lowered.graph();
        used.removeUnusedConstants();
        return lowered.withGraph(used);
    }

    /**
     * A model that ONNX Runtime loads, with nothing else changed: each node has a name of its own.
     *
     * @param model a model
     * @return the same, or the model itself if its nodes are named
     * @throws InvalidOnnxException as when it was read
     */
    public static OnnxModel named(OnnxModel model) throws InvalidOnnxException {
        return NodeNames.unique(model);
    }
}
