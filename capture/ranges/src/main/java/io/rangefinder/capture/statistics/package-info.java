/**
 * What was seen in each tensor: counts and extremes, which add across threads, runs and processes.
 *
 * <p>In: statistics of single batches, from hooks. Out: {@link
 * io.rangefinder.capture.statistics.ModelStatistics}, for a calibrator, and their file, {@link
 * io.rangefinder.capture.statistics.StatisticsFile}. Depends on the ranges package for {@link
 * io.rangefinder.capture.ranges.Provenance} only, on the observers package, by whose columns
 * numbers add, and on the files package.
 */
package io.rangefinder.capture.statistics;
