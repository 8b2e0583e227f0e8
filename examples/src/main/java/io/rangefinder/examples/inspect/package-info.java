/**
 * The verb {@code inspect}: what NVIDIA's TensorRT, on a CPU, makes of a model. Its summary serves
 * the verb {@code quantize}, too.
 */
package io.rangefinder.examples.inspect;
