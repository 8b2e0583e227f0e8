/**
 * Which backend runs a model, and how it is loaded.
 *
 * <p>In: a model's file, and what an application asked for. Out: the model in a backend that can
 * run here, or an exception that says what is missing. {@link
 * io.rangefinder.engine.backend.Backends} is the list, and all who need a backend ask it; a backend
 * is a package below that implements {@link io.rangefinder.engine.backend.spi.Backend}.
 */
package io.rangefinder.engine.backend;
