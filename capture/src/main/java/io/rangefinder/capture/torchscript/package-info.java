/**
 * The syntax of serialized TorchScript: the subset of Python that PyTorch writes to {@code
 * code/*.py} of an archive ({@code torch/csrc/jit/serialization/python_print.cpp}).
 *
 * <p>In: a code file's text. Out: a {@link io.rangefinder.capture.torchscript.SourceFile} of
 * classes, functions, statements and expressions, and the way back to text. Knows nothing of what
 * the code means, and depends on nothing else of Rangefinder.
 */
package io.rangefinder.capture.torchscript;
