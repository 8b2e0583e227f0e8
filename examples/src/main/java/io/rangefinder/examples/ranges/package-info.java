/** The verb {@code ranges}: shows, converts and merges files of ranges and statistics. */
package io.rangefinder.examples.ranges;
