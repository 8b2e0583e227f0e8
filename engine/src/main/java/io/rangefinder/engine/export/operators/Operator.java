package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Value;

/** What an operator of PyTorch becomes. Stateless. */
@FunctionalInterface
public interface Operator {

    /**
     * Adds the operator's nodes to the graph.
     *
     * @param call its arguments and the graph
     * @return its result
     * @throws UnsupportedOperatorException if it can't be exported with these arguments
     */
    Value apply(OperatorCall call);
}
