/**
 * Between DJL's NDArrays and the sessions of a backend.
 *
 * <p>In: a model that a backend has loaded, one session for all predictors or one for each. Out:
 * {@link io.rangefinder.engine.block.LoadedModel}, with the block that DJL describes it by and the
 * predictors that run it.
 */
package io.rangefinder.engine.block;
