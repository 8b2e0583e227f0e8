/**
 * TensorRT's own judgement of a model, without a device.
 *
 * <p>In: an ONNX file, float with ranges or with Q/DQ. Out: {@code InspectionReport}: whether
 * TensorRT 10's parser accepts it, what its optimizer fuses, which weighted layers end in INT8 and
 * what is left over. TensorRT runs in a child JVM (module {@code rangefinder-inspector}), which may
 * hang, crash or print without end and can't hurt this one. Anyone may call it; it calls {@code
 * onnx} only.
 */
package io.rangefinder.engine.inspect;
