/**
 * TorchScript archives: the zip file that {@code torch.jit.save} writes.
 *
 * <p>In: a {@code .pt} file, trusted in nothing. Out: {@link
 * io.rangefinder.capture.archive.TorchScriptProgram}, its parsed code and the tree of its modules
 * with their attributes; and a copy of the archive with other code. Nothing of the file is run, no
 * entry is unpacked to a path of its own choosing, and no length that the file claims is allocated
 * before it is there. Depends on package {@code torchscript} only.
 */
package io.rangefinder.capture.archive;
