package io.rangefinder.engine.export;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.graph.WeightStore;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A model that is open to be exported. Not safe for use from several threads. */
public interface ExportableModel extends Closeable {

    /**
     * An input of the graph.
     *
     * @param description its name, type and shape as they were seen
     * @param shape the length of each axis in the graph: the batch and others may be open
     */
    record GraphInput(InputDescription description, List<Dim> shape) {}

    /**
     * What a model gives.
     *
     * @param tensors its outputs, in the order in which DJL has them
     * @param names their names in DJL, each empty if it has none
     * @param warnings what the user should know of the graph, a sentence each
     */
    record GraphOutputs(List<SymbolicTensor> tensors, List<String> names, List<String> warnings) {

        /**
         * Copies.
         *
         * @param tensors its outputs
         * @param names their names
         * @param warnings what the user should know
         */
        public GraphOutputs {
            tensors = List.copyOf(tensors);
            names = List.copyOf(names);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Its weights.
     *
     * @return the store, which can be read until the model is closed
     */
    WeightStore weights();

    /**
     * Adds what the model computes to a graph: its inputs, its nodes, and the names of its hook
     * points. Called again for other lengths of the inputs.
     *
     * @param graph an empty graph
     * @param inputs the inputs, in order
     * @return its outputs
     * @throws UnsupportedModelException if it holds what can't be exported
     * @throws MalformedModelException if it is damaged, or takes other inputs
     * @throws IOException if it can't be read
     * @throws io.rangefinder.engine.export.symbolic.BatchDependentException if it is another graph
     *     for another length of an axis that is open
     */
    GraphOutputs build(GraphBuilder graph, List<GraphInput> inputs)
            throws IOException, MalformedModelException;

    @Override
    default void close() throws IOException {}
}
