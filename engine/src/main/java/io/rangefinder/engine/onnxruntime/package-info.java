/**
 * ONNX Runtime on the CPU.
 *
 * <p>In: an ONNX model and its inputs as direct buffers. Out: its outputs as direct buffers ({@link
 * io.rangefinder.engine.onnxruntime.OrtModel}), and what the CPU's int8 kernels can do ({@link
 * io.rangefinder.engine.onnxruntime.CpuAbilities}). Knows nothing of quantization or of DJL's
 * blocks.
 */
package io.rangefinder.engine.onnxruntime;
