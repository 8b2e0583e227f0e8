/**
 * Puts forward hooks into a TorchScript program.
 *
 * <p>In: a parsed program and a filter of hook points. Out: code to add to the archive and, for
 * each method of the model, what each row of its statistics means ({@link
 * io.rangefinder.capture.hooks.HookedProgram}).
 *
 * <p>How: each method that can be reached from the model's own is copied once for each place that
 * it is called from, with hooks put in. A copy stands beside its original, which stays untouched.
 * As a copy knows the path of the module that it runs for, a hook point is a number fixed when the
 * model is loaded, and what a forward pass pays is one {@code torch.aminmax} a tensor. What is
 * known of a tensor already is not looked at again: views, a module's output that is its last
 * operator's, and ReLU, whose statistics follow from those of its input.
 */
package io.rangefinder.capture.hooks;
