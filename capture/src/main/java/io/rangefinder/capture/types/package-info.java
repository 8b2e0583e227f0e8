/**
 * TorchScript's types and the schemas of PyTorch's operators, enough to tell which values of a
 * program are tensors.
 *
 * <p>In: type annotations, and an operator's name with its arguments' types. Out: the type of its
 * result and whether it changes a tensor in place. Depends on package {@code torchscript}, and on
 * {@code source} for how arguments are made of arrays.
 */
package io.rangefinder.capture.types;
