/**
 * A static check of an ONNX model against what TensorRT 8.4, 8.6 or 10 takes.
 *
 * <p>In: {@link io.rangefinder.engine.onnx.OnnxModel} and {@link
 * io.rangefinder.engine.check.TensorRtVersion}. Out: {@link io.rangefinder.engine.check.Finding}s,
 * each with its layer and what to do. Loads no native library and runs nothing. Whoever writes or
 * takes a model for TensorRT may call it; it knows nothing of placement or of plans.
 */
package io.rangefinder.engine.check;
