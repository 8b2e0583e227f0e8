/**
 * Symmetric dynamic ranges and the files that hold them.
 *
 * <p>In: one amax a tensor, from a calibrator or from a file. Out: {@link
 * io.rangefinder.capture.ranges.DynamicRanges}, the seam between capture and quantization, and its
 * files, one {@link io.rangefinder.capture.ranges.RangeFormat} each. Depends on nothing else of
 * Rangefinder than the files package: it knows no statistics, so the statistics' own file, and the
 * choice of a format by a file's name, are above it.
 */
package io.rangefinder.capture.ranges;
