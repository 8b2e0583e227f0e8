/**
 * Representative inputs in NumPy's {@code .npz}, a batch at a time.
 *
 * <p>In: a file, of which nothing is believed that was not checked. Out: batches as {@code NDList},
 * from {@link io.rangefinder.examples.npz.NpzFile}; memory is that of one batch, however long the
 * file is. Depends on DJL only.
 */
package io.rangefinder.examples.npz;
