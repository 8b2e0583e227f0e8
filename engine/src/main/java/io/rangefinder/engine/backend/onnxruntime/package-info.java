/**
 * The backends that run on ONNX Runtime's own CPU kernels: {@code onnxruntime}, in integers, and
 * {@code simulate}, with TensorRT's arithmetic. What tells them from ONNX Runtime's providers on a
 * GPU is the option {@code provider}.
 */
package io.rangefinder.engine.backend.onnxruntime;
