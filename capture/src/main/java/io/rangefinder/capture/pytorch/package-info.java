/**
 * TorchScript archives as a source: loaded into DJL's PyTorch engine with hooks in them.
 *
 * <p>In: a {@code .pt} file. Out: a {@link io.rangefinder.capture.source.ModelSource}, and the
 * model with hooks, whose outputs are the model's own, bit for bit. The hooked copy of {@code
 * forward} is called in its place; the table of what hooks saw is taken off its outputs and added
 * up. Above the packages of archives, types and hooks; nothing but the service of sources knows of
 * it.
 */
package io.rangefinder.capture.pytorch;
