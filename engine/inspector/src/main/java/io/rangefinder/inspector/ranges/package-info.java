/**
 * The rule by which each tensor of TensorRT's network gets its dynamic range in implicit mode.
 *
 * <p>In: what a network holds, as values, and the ranges by name of ONNX tensors. Out: a range for
 * each tensor of floats, where it comes from, and the tensors that have none. Knows no TensorRT
 * classes, so that the builder for TensorRT 8 and the inspector with TensorRT 10 share it.
 */
package io.rangefinder.inspector.ranges;
