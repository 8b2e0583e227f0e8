/**
 * The values of a TorchScript program while it is executed symbolically: tensors of known type and
 * shape, numbers that may depend on the batch's length, lists, modules.
 *
 * <p>Depends on the archive's objects only. Packages {@code graph}, {@code operators} and {@code
 * interpret} of the exporter stand above it.
 */
package io.rangefinder.engine.export.symbolic;
