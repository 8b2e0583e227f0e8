package io.rangefinder.engine.compile;

import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.capture.source.ModelSources;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of one model: one of them at least.
 *
 * @param torchScript its TorchScript archive, whose hook points ranges are named by
 * @param onnx the same model as ONNX; without it the archive is exported
 */
public record ModelFiles(Optional<Path> torchScript, Optional<Path> onnx) {

    /** An ONNX from elsewhere. */
    private static final String ONNX = ".onnx";

    /**
     * The ends of the names of models' files.
     *
     * @return each with its dot, in the order in which they are preferred
     */
    public static List<String> extensions() {
        return Stream.concat(ModelSources.extensions().stream(), Stream.of(ONNX)).toList();
    }

    /**
     * Finds the files of a model. A {@code .pt} is enough by itself, whatever lies beside it.
     *
     * @param model a {@code .pt} or {@code .onnx} file
     * @param other the model's file of the other kind
     * @return the model's files; for an {@code .onnx} the {@code .pt} beside it, if there is one
     * @throws FileNotFoundException if a file does not exist
     */
    public static ModelFiles find(Path model, Optional<Path> other) throws FileNotFoundException {
        Path file = model.toAbsolutePath().normalize();
        requireFile(file);
        Optional<Path> given = other.map(o -> o.toAbsolutePath().normalize());
        if (given.isPresent()) {
            requireFile(given.get());
        }
        return file.toString().endsWith(ONNX)
                ? new ModelFiles(given.or(() -> archiveBeside(file)), Optional.of(file))
                : new ModelFiles(Optional.of(file), given);
    }

    /**
     * The file that tells what the model is, for messages.
     *
     * @return the ONNX if there is one, else the archive
     */
    public Path source() {
        return onnx.or(() -> torchScript).orElseThrow();
    }

    /**
     * The file of another kind with the same name: {@code resnet.ranges} beside {@code resnet.pt}.
     *
     * @param model the model
     * @param extension the other kind's extension with its dot
     * @return the file, whether it exists or not
     */
    public static Path besides(Path model, String extension) {
        return model.resolveSibling(ModelFile.stem(model, extensions()) + extension);
    }

    private static Optional<Path> archiveBeside(Path onnx) {
        return ModelSources.beside(onnx, ModelFile.stem(onnx, List.of(ONNX)));
    }

    private static void requireFile(Path file) throws FileNotFoundException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException(
                    file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
    }
}
