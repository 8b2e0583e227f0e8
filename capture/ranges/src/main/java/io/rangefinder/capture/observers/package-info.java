/**
 * What is kept of a tensor, one class a kind: {@link io.rangefinder.capture.observers.Observer}
 * names its columns, says whether two numbers of one add or the least or greatest is kept, and has
 * the code that works them out within a model.
 *
 * <p>In: numbers that a model's hooks give. Out: {@link io.rangefinder.capture.observers.Tally},
 * which adds exactly in any order. {@link io.rangefinder.capture.observers.Observers} lists those
 * that run. Depends on nothing else of Rangefinder.
 */
package io.rangefinder.capture.observers;
