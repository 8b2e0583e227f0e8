/**
 * One program to run on a machine with a GPU: what works there, how right and how fast it is.
 *
 * <p>In: the example models and Fashion-MNIST. Out: a report in Markdown ({@link
 * io.rangefinder.examples.gpucheck.GpuCheck}). Whatever can't run is in it, with the reason.
 */
package io.rangefinder.examples.gpucheck;
