/**
 * Symmetric dynamic ranges and the files that hold them.
 *
 * <p>In: one amax a tensor, from a calibrator or from a file. Out: {@link
 * io.rangefinder.capture.ranges.DynamicRanges}, the seam between capture and quantization, and its
 * files. Depends on nothing else of Rangefinder.
 */
package io.rangefinder.capture.ranges;
