/**
 * How far the answers of two forms of a model are apart.
 *
 * <p>In: the float model's and the INT8 model's outputs, batch by batch. Out: SQNR, agreement and
 * top-1. Depends on nothing else of Rangefinder.
 */
package io.rangefinder.engine.compare;
