/**
 * The engine {@code RangeCapture}: an application's own model, with forward hooks.
 *
 * <p>In: the application's own {@code Criteria} with {@code optEngine("RangeCapture")}. Out: the
 * model's own outputs, bit for bit, and a {@link io.rangefinder.capture.RangeRecorder} that knows
 * what each layer saw. The packages below know nothing of this one.
 */
package io.rangefinder.capture;
