package io.rangefinder.engine;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.nio.file.Path;

/** From a model's file to a backend that has it loaded. */
@FunctionalInterface
interface BackendLoader {

    /**
     * Loads a model.
     *
     * @param file the model, {@code .pt} or {@code .onnx}
     * @param options the engine's options
     * @param gpu CUDA's number of the device, for backends that run on one
     * @return the backend, to be closed
     * @throws IOException if a file can't be read
     * @throws MalformedModelException if model and ranges do not fit
     */
    LoadedBackend load(Path file, Options options, int gpu)
            throws IOException, MalformedModelException;
}
