/**
 * ONNX files, as a thin layer over the protobuf classes.
 *
 * <p>In: an {@code .onnx} file. Out: {@link io.rangefinder.engine.onnx.OnnxModel}, whose graph can
 * be looked at and edited ({@link io.rangefinder.engine.onnx.OnnxGraph}), whose opset can be raised
 * ({@link io.rangefinder.engine.onnx.OpsetConverter}) and whose batch can be fixed ({@link
 * io.rangefinder.engine.onnx.StaticBatch}). Knows nothing of quantization and runs nothing.
 */
package io.rangefinder.engine.onnx;
