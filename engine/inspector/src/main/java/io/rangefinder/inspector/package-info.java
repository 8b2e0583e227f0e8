/**
 * The program of a child JVM in which TensorRT 10 parses and optimizes a model without a device.
 *
 * <p>In: a request on standard input (package {@code protocol}). Out: a file of records that tell
 * what TensorRT said. It has a class path of its own, since its TensorRT classes have the names of
 * the engine's; the engine starts it and calls nothing here.
 */
package io.rangefinder.inspector;
