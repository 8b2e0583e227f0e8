/**
 * What a backend needs of a machine, as rungs that are climbed in order.
 *
 * <p>In: what each backend found. Out: lines for people, and the first failed rung in one sentence.
 * Anybody may call it; it calls nobody.
 */
package io.rangefinder.engine.ladder;
