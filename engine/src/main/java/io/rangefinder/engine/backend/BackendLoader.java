package io.rangefinder.engine.backend;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;

/** From a model's file to a backend that has it loaded. */
@FunctionalInterface
public interface BackendLoader {

    /**
     * Loads a model.
     *
     * @param file the model, {@code .pt} or {@code .onnx}
     * @param request what the application asked for
     * @return the loaded model, to be closed
     * @throws IOException if a file can't be read
     * @throws MalformedModelException if model and ranges do not fit
     */
    LoadedModel load(Path file, Request request) throws IOException, MalformedModelException;
}
