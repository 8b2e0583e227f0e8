/**
 * From what was seen in a tensor to the half-width of its range.
 *
 * <p>In: {@link io.rangefinder.capture.statistics.ModelStatistics} and a {@link
 * io.rangefinder.capture.calibration.Calibrator}. Out: {@link
 * io.rangefinder.capture.ranges.DynamicRanges}, and findings that a person should hear of. Depends
 * on the statistics and ranges packages.
 */
package io.rangefinder.capture.calibration;
