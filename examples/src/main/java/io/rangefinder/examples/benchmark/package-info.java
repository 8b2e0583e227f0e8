/**
 * Measures what Rangefinder costs, on models that are made where they are needed.
 *
 * <p>In: settings. Out: medians and ratios, of things run in turn in one process. Depends on the
 * modules capture and engine, and on the shared parts of the command line.
 */
package io.rangefinder.examples.benchmark;
