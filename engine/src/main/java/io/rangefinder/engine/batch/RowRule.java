package io.rangefinder.engine.batch;

/** What an operator does to rows. */
@FunctionalInterface
interface RowRule {

    /** What is known of the node's outputs, given that one of its inputs carries rows. */
    Flow apply(FlowStep step);
}
