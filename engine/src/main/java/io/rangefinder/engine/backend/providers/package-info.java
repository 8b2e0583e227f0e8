/**
 * ONNX Runtime on an NVIDIA GPU, by its TensorRT or its CUDA provider.
 *
 * <p>In: which provider, which device, where to cache. Out: the providers of a session ({@link
 * io.rangefinder.engine.backend.providers.GpuProviders}), or the rung of this machine's {@link
 * io.rangefinder.engine.ladder.Ladder} that failed. Native code of the providers ends the process
 * where there is no device, so each is first tried in a process of its own.
 */
package io.rangefinder.engine.backend.providers;
