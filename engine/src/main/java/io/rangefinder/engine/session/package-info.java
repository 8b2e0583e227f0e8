/**
 * Models whose shapes are fixed and whose inputs and outputs lie in buffers bound once.
 *
 * <p>In: a {@link io.rangefinder.engine.session.BoundModel} of a backend, and batches of any size
 * as NDArrays. Out: {@link io.rangefinder.engine.session.BatchedSession}, which copies samples
 * straight into the bound buffers, splits and fills up to the model's batch, and copies results out
 * before the next run. Called by the engine's root package; backends implement the interfaces.
 * Knows no backend.
 */
package io.rangefinder.engine.session;
