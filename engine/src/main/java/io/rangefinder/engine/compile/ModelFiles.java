package io.rangefinder.engine.compile;

import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.capture.source.ModelSources;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is given of one model: one of them at least.
 *
 * @param source the model that ranges were captured of, by whose hook points they are named
 * @param onnx the same model as ONNX; without it the source is exported
 */
public record ModelFiles(Optional<ModelSource> source, Optional<Path> onnx) {

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
     * Finds the files of a model. A source is enough by itself, whatever lies beside it.
     *
     * @param model a source's file, or an {@code .onnx}
     * @param other the model's file of the other kind
     * @return the model's files; for an {@code .onnx} the source beside it, if there is one
     * @throws FileNotFoundException if a file does not exist
     * @throws IOException if a file can't be read
     */
    public static ModelFiles find(Path model, Optional<Path> other) throws IOException {
        Path file = model.toAbsolutePath().normalize();
        requireFile(file);
        Optional<Path> given = other.map(o -> o.toAbsolutePath().normalize());
        if (given.isPresent()) {
            requireFile(given.get());
        }
        if (!file.toString().endsWith(ONNX)) {
            return new ModelFiles(Optional.of(ModelSources.open(file)), given);
        }
        Optional<Path> source =
                given.or(() -> ModelSources.beside(file, ModelFile.stem(file, List.of(ONNX))));
        return new ModelFiles(
                source.isPresent()
                        ? Optional.of(ModelSources.open(source.get()))
                        : Optional.empty(),
                Optional.of(file));
    }

    /**
     * What messages call the model.
     *
     * @return the ONNX if there is one, else the source
     */
    public String name() {
        return onnx.map(Path::toString).or(() -> source.map(ModelSource::name)).orElseThrow();
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

    private static void requireFile(Path file) throws FileNotFoundException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException(
                    file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
    }
}
