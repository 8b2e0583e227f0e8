/**
 * From a TorchScript archive to ONNX, without Python.
 *
 * <p>In: an archive, and its inputs' types and shapes. The program with its hook points marked
 * ({@code HookInjector.mark}) is executed symbolically (package {@code interpret}): control flow is
 * followed, operators (package {@code operators}) add nodes to a graph (package {@code graph}).
 * Out: an ONNX model whose tensors have the names that ranges are captured under.
 */
package io.rangefinder.engine.export;
