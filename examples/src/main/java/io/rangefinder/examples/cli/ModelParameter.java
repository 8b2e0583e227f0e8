package io.rangefinder.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The parameter {@code MODEL}: the path of a model. */
public final class ModelParameter {

    @Parameters(
            paramLabel = "MODEL",
            description = "The model: a TorchScript archive (.pt), or ONNX where a verb takes it.")
    private Path path;

    /** Made by picocli. */
    public ModelParameter() {}

    /**
     * The model's file.
     *
     * @return its path
     * @throws IOException if there is no such file
     */
    public Path file() throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException(path + " is not a file; name the .pt or .onnx file of the model");
        }
        return path;
    }
}
