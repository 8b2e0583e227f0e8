/**
 * From a model and its ranges to an INT8 ONNX.
 *
 * <p>In: a model source or an ONNX of it from elsewhere, and ranges by hook point. Out: ranges by
 * ONNX tensor (packages {@code match} and {@code capture} find them), the quantized model (package
 * {@code quantization}), a cache of such models by content, and models with a fixed batch.
 */
package io.rangefinder.engine.compile;
