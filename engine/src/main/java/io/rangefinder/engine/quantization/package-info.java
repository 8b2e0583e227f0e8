/**
 * Quantization: a float ONNX model and the ranges of its tensors become an INT8 ONNX model.
 *
 * <p>In: {@link io.rangefinder.engine.onnx.OnnxModel} and {@link
 * io.rangefinder.capture.ranges.DynamicRanges} by ONNX tensor name. Out: {@link
 * io.rangefinder.engine.quantization.QuantizedModel}, a model with QuantizeLinear and
 * DequantizeLinear (Q/DQ) placed for TensorRT or for ONNX Runtime's CPU kernels, and a report of
 * what stayed in float. Runs nothing.
 */
package io.rangefinder.engine.quantization;
