/**
 * Executes TorchScript symbolically. Control flow is followed, loops are unrolled, modules are
 * called; operators go to package {@code operators}.
 *
 * <p>In: a program with marks at its hook points, and the inputs' types and shapes. Out: the
 * result's tensors in the graph, or everything that stands in the way of it.
 */
package io.rangefinder.engine.export.interpret;
