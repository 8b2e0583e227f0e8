/**
 * What executes an INT8 model, and which of it does where nobody asked for one.
 *
 * <p>In: what an application asked for and the device that it named. Out: a {@link
 * io.rangefinder.engine.backend.BackendChoice.Choice} that can run here, or an exception that says
 * what is missing. Everybody who needs a backend asks {@link
 * io.rangefinder.engine.backend.BackendChoice}.
 */
package io.rangefinder.engine.backend;
