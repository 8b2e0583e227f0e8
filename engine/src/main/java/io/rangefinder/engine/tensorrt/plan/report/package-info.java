/**
 * What became of a plan's layers: the precision of each, and why a weighted one stayed in float.
 *
 * <p>In: the JSON of TensorRT's engine inspector and what the builder knows of the network. Out: a
 * {@link io.rangefinder.engine.tensorrt.plan.report.PlanReport}, as text and as JSON.
 */
package io.rangefinder.engine.tensorrt.plan.report;
