/**
 * TorchScript's frontend: an archive's methods become nodes by being executed symbolically.
 *
 * <p>In: an archive and the inputs' shapes. Out: nodes of the graph, and its outputs as DJL orders
 * them. Above package {@code interpret}, which executes; found as a service, so that nothing
 * depends on it.
 */
package io.rangefinder.engine.torchscript;
