/** Placeholder. */
package io.rangefinder.examples;
