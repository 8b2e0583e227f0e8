/**
 * Which axis of each of a model's inputs and outputs is the batch, and whether rows mix.
 *
 * <p>In: an ONNX graph. {@link io.rangefinder.engine.batch.BatchAnalysis} follows the rows of a
 * batch through it, operator by operator ({@code FlowRules} and the rules beside it); an operator
 * that no rule knows is taken to mix them. Out: {@link io.rangefinder.engine.batch.BatchUse}, by
 * which backends pad and split batches, or refuse to and say why; it is kept in the model's
 * metadata. Called by packages {@code compile} and the engine's root.
 */
package io.rangefinder.engine.batch;
