/** Placeholder. */
package io.rangefinder.engine;
