/**
 * The command line {@code rangefinder}: {@link io.rangefinder.examples.Rangefinder} names the
 * verbs.
 *
 * <p>Each verb has a package of its own; what verbs share is in {@link
 * io.rangefinder.examples.cli}. Nothing depends on this package.
 */
package io.rangefinder.examples;
