/**
 * PyTorch's operators in ONNX: {@code OperatorTable} says what each becomes, a class for each
 * family how.
 *
 * <p>In: an operator's arguments. Out: its result, and nodes in the graph (package {@code graph}).
 * An operator checks its arguments: what it can't express it refuses with an exception that says
 * why. {@code Primitives} are what operators are made of.
 */
package io.rangefinder.engine.export.operators;
