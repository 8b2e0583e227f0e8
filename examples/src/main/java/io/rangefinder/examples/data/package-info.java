/**
 * Data sets that the examples run on, as they are in the project's folder.
 *
 * <p>In: the data set's own files. Out: batches as {@code NDArray}, and labels.
 */
package io.rangefinder.examples.data;
