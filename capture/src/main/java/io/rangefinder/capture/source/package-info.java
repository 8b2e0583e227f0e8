/**
 * What a user serves, whatever it is written in, and what can be observed of it.
 *
 * <p>In: a model's file, or a {@link io.rangefinder.capture.source.ModelSource} that an application
 * made. Out: an {@link io.rangefinder.capture.source.ObservedModel} with named hook points, what
 * they saw, and their tensors. A kind of model is added by a {@link
 * io.rangefinder.capture.source.ModelSourceProvider}; this package knows none. Depends on the
 * packages of ranges and statistics only.
 */
package io.rangefinder.capture.source;
