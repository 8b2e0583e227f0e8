/**
 * Runs the float model and the INT8 model on the same inputs, side by side.
 *
 * <p>In: two loaded models and batches of inputs. Out: a {@code Comparison} and the time that each
 * took; the verb {@code compare}.
 */
package io.rangefinder.examples.compare;
