package io.rangefinder.engine.compile;

import io.rangefinder.capture.files.ModelFile;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of one model.
 *
 * @param torchScript its TorchScript archive, whose hook points ranges are named by
 * @param onnx the same model as ONNX
 */
public record ModelFiles(Optional<Path> torchScript, Path onnx) {

    /**
     * Finds what lies beside a model.
     *
     * @param model a {@code .pt} or {@code .onnx} file
     * @param other the other file, if it does not lie beside it
     * @return the model's files; an {@code .onnx} without a {@code .pt} beside it has no
     *     TorchScript
     * @throws FileNotFoundException if the model does not exist, or no ONNX of it is found
     */
    public static ModelFiles find(Path model, Optional<Path> other) throws FileNotFoundException {
        Path file = model.toAbsolutePath().normalize();
        requireFile(file);
        Optional<Path> given = other.map(o -> o.toAbsolutePath().normalize());
        if (given.isPresent()) {
            requireFile(given.get());
        }
        if (file.toString().endsWith(".onnx")) {
            return new ModelFiles(given.or(() -> beside(file, List.of(".pt"))), file);
        }
        Path onnx =
                given.or(() -> beside(file, List.of(".onnx")))
                        .orElseThrow(
                                () ->
                                        new FileNotFoundException(
                                                "no ONNX of "
                                                        + file
                                                        + " lies beside it; export it as "
                                                        + ModelFile.stem(file)
                                                        + ".onnx"));
        return new ModelFiles(Optional.of(file), onnx);
    }

    /**
     * The file of another kind with the same name: {@code resnet.ranges} beside {@code resnet.pt}.
     *
     * @param model the model
     * @param extension the other kind's extension with its dot
     * @return the file, whether it exists or not
     */
    public static Path besides(Path model, String extension) {
        return model.resolveSibling(ModelFile.stem(model) + extension);
    }

    private static Optional<Path> beside(Path file, List<String> extensions) {
        String stem = ModelFile.stem(file);
        // An archive is often named by how it was made: resnet_traced.pt beside resnet.onnx.
        List<String> stems =
                List.of(
                        stem,
                        stem.replaceFirst("_(traced|scripted)$", ""),
                        stem + "_traced",
                        stem + "_scripted");
        return stems.stream()
                .flatMap(s -> extensions.stream().map(e -> file.resolveSibling(s + e)))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static void requireFile(Path file) throws FileNotFoundException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException(
                    file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
    }
}
