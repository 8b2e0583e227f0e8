package io.rangefinder.engine.batch;

/** What an operator does to rows. */
@FunctionalInterface
interface Rule {

    /** What is known of the node's outputs, given that one of its inputs carries rows. */
    Flow apply(Step step);
}
