package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.options.EngineOptions;
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
     * @param device the GPU to run on, or the CPU if the application named none
     * @return the backend, to be closed
     * @throws IOException if a file can't be read
     * @throws MalformedModelException if model and ranges do not fit
     */
    LoadedModel load(Path file, EngineOptions options, Device device)
            throws IOException, MalformedModelException;
}
