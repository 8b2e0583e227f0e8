/**
 * The program of a child JVM in which TensorRT 10 parses and optimizes a model without a device.
 *
 * <p>In: an ONNX file and dynamic ranges. Out: lines on standard output that tell what TensorRT
 * said. It has a class path of its own, since its TensorRT classes have the names of the engine's.
 */
package io.rangefinder.inspector;
