/**
 * What a backend is, for those of Rangefinder and of applications.
 *
 * <p>In: a model with its ranges, and what the application asked for. Out: whether it can run here,
 * and the loaded model. {@link io.rangefinder.engine.backend.spi.Backend} is what an application
 * implements for a backend of its own; {@link java.util.ServiceLoader} finds it.
 */
package io.rangefinder.engine.backend.spi;
