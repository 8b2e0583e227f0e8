package io.rangefinder.engine.check;

/**
 * One thing to check. Looks at one graph at a time: the model's own, and then the bodies of If,
 * Loop and Scan. Stateless. A rule must get along with whatever a graph holds.
 */
interface Rule {

    /** One word, for findings. */
    String name();

    void check(GraphView graph, Findings findings);
}
