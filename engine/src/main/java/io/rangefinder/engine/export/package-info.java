/**
 * From a source to ONNX, without Python.
 *
 * <p>In: a model source, and its inputs' types and shapes. Its {@link
 * io.rangefinder.engine.export.Frontend} adds nodes to a graph (package {@code graph}) and names
 * its hook points; here is decided which axes of the inputs stay open. Out: an ONNX model whose
 * tensors have the names that ranges are captured under. TorchScript's frontend (package {@code
 * engine.torchscript}) executes its code with its hook points marked ({@code HookInjector.mark})
 * symbolically (package {@code interpret}): control flow is followed, operators (package {@code
 * operators}) add nodes.
 */
package io.rangefinder.engine.export;
