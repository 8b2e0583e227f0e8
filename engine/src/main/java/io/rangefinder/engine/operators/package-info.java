/**
 * What ONNX's operators are, told once for all who ask: which have a weight and where its channels
 * are, which only move elements, which are activations. Where two who ask mean different things,
 * there are two names here.
 *
 * <p>In: a node. Out: a fact that holds by ONNX's specification, or by a rule of TensorRT's or ONNX
 * Runtime's that is named with it. Knows no model and no tensor.
 */
package io.rangefinder.engine.operators;
