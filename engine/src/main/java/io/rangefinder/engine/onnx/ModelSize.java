package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * Bounds what a file of some megabytes can ask for: ONNX Runtime's time to load grows with the
 * square of the number of constants, some 5 s for as many as are let through, and analyses of the
 * graph take their time for each node. The largest networks that people run have some 20,000 nodes
 * and 5,000 constants. For one use.
 */
final class ModelSize {

    private static final int MOST_NODES = 1 << 15;
    private static final int MOST_CONSTANTS = 1 << 14;

    private final String source;
    private long nodes;
    private long constants;

    private ModelSize(String source) {
        this.source = source;
    }

    /** Refuses a model with more nodes or constants, those in bodies and functions included. */
    static void require(ModelProto model, String source) throws InvalidOnnxException {
        ModelSize size = new ModelSize(source);
        size.add(model.getGraph());
        for (var function : model.getFunctionsList()) {
            size.add(function.getNodeList());
        }
    }

    private void add(GraphProto graph) throws InvalidOnnxException {
        constants += graph.getInitializerCount() + graph.getSparseInitializerCount();
        require(constants, "constants", MOST_CONSTANTS);
        add(graph.getNodeList());
    }

    private void add(Iterable<NodeProto> list) throws InvalidOnnxException {
        for (NodeProto node : list) {
            nodes++;
            constants += Nodes.is(node, "Constant") ? 1 : 0;
            require(nodes, "nodes", MOST_NODES);
            require(constants, "constants", MOST_CONSTANTS);
            for (GraphProto body : Nodes.bodies(node)) {
                add(body);
            }
        }
    }

    private void require(long count, String what, long most) throws InvalidOnnxException {
        if (count > most) {
            throw new InvalidOnnxException(
                    source,
                    "has more than "
                            + most
                            + " "
                            + what
                            + ", those of INT8 conversions included; export it without unrolling"
                            + " its loops, or in parts");
        }
    }
}
