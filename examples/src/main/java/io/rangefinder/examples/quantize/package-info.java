/** The verb {@code quantize}: a model and its ranges become an INT8 ONNX. */
package io.rangefinder.examples.quantize;
