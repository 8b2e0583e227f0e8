/**
 * The ONNX graph while it is made: nodes of known types and shapes, constants whose bytes stay in
 * the source until they are written, the names of hook points.
 *
 * <p>In: nodes, one after the other, from a frontend. Out: a graph without dead or constant nodes,
 * batch norms folded into what comes before, each tensor named.
 */
package io.rangefinder.engine.export.graph;
