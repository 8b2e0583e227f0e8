/**
 * A TensorRT plan, loaded by the native layer of DJL's TensorRT engine.
 *
 * <p>In: a plan file, its {@link io.rangefinder.engine.tensorrt.session.PlanSignature}, and a
 * device that is known to work. Out: a {@link io.rangefinder.engine.session.BoundModel}. Called by
 * the engine's root package, after TensorRT's libraries are loaded. The native layer ends the
 * process when it is given what it does not expect, so whatever can be checked is checked before it
 * is called.
 */
package io.rangefinder.engine.tensorrt.session;
