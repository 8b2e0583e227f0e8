/**
 * The main job: a trained ResNet and real images, from float to INT8.
 *
 * <p>In: {@code examples/models} and {@code examples/data}. Out: a table, and the files that a user
 * would ship.
 */
package io.rangefinder.examples.demo;
