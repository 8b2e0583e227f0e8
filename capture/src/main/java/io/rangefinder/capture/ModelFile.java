package io.rangefinder.capture;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds a model's file the way DJL's PyTorch engine does. */
final class ModelFile {

    private ModelFile() {}

    /**
     * Finds the file.
     *
     * @param modelPath a file, or a folder that holds it
     * @param names the names to look for in a folder, with or without {@code .pt}
     */
    static Path find(Path modelPath, List<String> names) throws FileNotFoundException {
        Path path = modelPath.toAbsolutePath().normalize();
        if (Files.isRegularFile(path)) {
            return path;
        }
        for (String name : names) {
            for (String file : List.of(name, name + ".pt")) {
                Path candidate = path.resolve(file);
                if (!file.isEmpty() && Files.isRegularFile(candidate)) {
                    return candidate;
                }
            }
        }
        throw new FileNotFoundException(
                path
                        + (Files.isDirectory(path)
                                ? " holds no " + names.get(0) + ".pt"
                                : " does not exist")
                        + "; give optModelPath the .pt file");
    }
}
