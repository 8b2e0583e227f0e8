/**
 * A plain Java application that serves a PyTorch model with DJL, and what changes for INT8.
 *
 * <p>The README's code is taken from here.
 */
package io.rangefinder.examples.application;
