/**
 * The verb {@code capture}: runs a model on representative inputs with forward hooks in it and
 * writes the ranges.
 */
package io.rangefinder.examples.capture;
