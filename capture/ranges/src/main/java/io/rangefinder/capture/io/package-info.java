/**
 * One door to every file that ranges can be read from or written to, chosen by the file's name, its
 * content, or a word.
 *
 * <p>In and out: a path and {@link io.rangefinder.capture.ranges.DynamicRanges}. It is above both
 * the ranges package, whose formats hold ranges, and the statistics and calibration packages, which
 * make ranges of a {@code .json}; none of them depends on it.
 */
package io.rangefinder.capture.io;
