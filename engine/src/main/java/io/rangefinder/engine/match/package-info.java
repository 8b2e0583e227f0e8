/**
 * Pairs hook points of a PyTorch model with tensors of an ONNX model of the same function.
 *
 * <p>In: the ONNX model, an example input, and what PyTorch computed on it at each hook point. Out:
 * {@link io.rangefinder.engine.match.Matching}, which turns ranges by hook point into ranges by
 * ONNX tensor.
 */
package io.rangefinder.engine.match;
