/**
 * Builds TensorRT plans: options, the builder, plans on disk and their cache.
 *
 * <p>In: an ONNX with Q/DQ, or a float ONNX with ranges by its tensors' names, and {@link
 * io.rangefinder.engine.tensorrt.plan.PlanOptions}. Out: a {@link
 * io.rangefinder.engine.tensorrt.plan.Plan}, a file that DJL's TensorRT engine loads, and beside it
 * what has to be known before loading. What is called of TensorRT is behind the interfaces of
 * {@code plan.network}; {@code plan.nvinfer} has the real ones. Callers bring TensorRT up first.
 */
package io.rangefinder.engine.tensorrt.plan;
