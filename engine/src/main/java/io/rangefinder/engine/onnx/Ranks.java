package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The number of axes of a graph's tensors, as far as it follows from declared shapes and from
 * operators that keep it.
 */
public final class Ranks {

    private final TensorFacts facts;

    /**
     * Finds the ranks of a graph's tensors.
     *
     * @param graph a graph whose nodes come in order
     */
    public Ranks(GraphProto graph) {
        facts = new TensorFacts(graph, Optional.empty(), true);
    }

    /**
     * The number of a tensor's axes.
     *
     * @param tensor the tensor's name
     * @return the number, or empty if it does not follow from the graph
     */
    public OptionalInt of(String tensor) {
        int rank = facts.rank(tensor);
        return rank < 0 ? OptionalInt.empty() : OptionalInt.of(rank);
    }
}
