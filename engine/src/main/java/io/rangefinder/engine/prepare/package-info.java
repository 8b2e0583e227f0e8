/**
 * Turns any ONNX into one that matching and placement can count on.
 *
 * <p>In: a model as a file gave it. Out: a model of opset 13 to 17, or later where a node has no
 * equal there, that computes the same, under the same names of inputs and outputs, without local
 * functions and half precision, whose weights are constants, whose nodes have names of their own,
 * whose batch norms and scales are folded, and whose inputs of bytes are converted first. A chain
 * of passes, each a class that knows of no other; {@link io.rangefinder.engine.prepare.Preparation}
 * is the chain.
 */
package io.rangefinder.engine.prepare;
