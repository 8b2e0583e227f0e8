package io.rangefinder.engine.export.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;

/**
 * A node of the graph while it is made.
 *
 * @param operator its ONNX operator
 * @param inputs what it reads, {@code ""} for an input left out
 * @param outputs what it makes, {@code ""} for an output left out
 * @param attributes its attributes
 * @param scope the layer's path and PyTorch's operator that it is part of
 */
record Node(
        String operator,
        List<String> inputs,
        List<String> outputs,
        List<AttributeProto> attributes,
        String scope) {

    /** What makes two nodes the same: they compute the same. */
    record Key(
            String operator, List<String> inputs, int outputs, List<AttributeProto> attributes) {}
}
