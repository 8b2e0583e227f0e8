package io.rangefinder.capture.files;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds a model's file the way DJL's engines do. */
public final class ModelFile {

    private ModelFile() {}

    /**
     * Finds the file.
     *
     * @param modelPath the file itself, or a folder that holds it
     * @param prefix the name that the caller asks for, or null if it leaves that open, as DJL does
     * @param modelName the model's name
     * @param extensions the ends that the file's name may have, the first one preferred: {@code
     *     .pt}
     * @return an absolute path
     * @throws FileNotFoundException if there is no such file
     */
    public static Path find(
            Path modelPath, String prefix, String modelName, List<String> extensions)
            throws FileNotFoundException {
        Path path = modelPath.toAbsolutePath().normalize();
        if (Files.isRegularFile(path)) {
            return path;
        }
        List<String> names = new ArrayList<>();
        if (prefix != null) {
            names.add(prefix);
        } else {
            names.add(modelName == null ? "" : modelName);
            names.add(String.valueOf(path.getFileName()));
            names.add("model");
        }
        for (String name : names) {
            List<String> files = new ArrayList<>(List.of(name));
            extensions.forEach(extension -> files.add(name + extension));
            for (String file : files) {
                Path candidate = path.resolve(file);
                if (!file.isEmpty() && Files.isRegularFile(candidate)) {
                    return candidate;
                }
            }
        }
        String wanted = names.get(0) + String.join(" or ", extensions);
        throw new FileNotFoundException(
                path
                        + (Files.isDirectory(path) ? " holds no " + wanted : " does not exist")
                        + "; give optModelPath the file");
    }

    /**
     * A file's name without its extension, which is what DJL calls the model.
     *
     * @param file the model's file
     * @param extensions the ends that are left out
     * @return its name, without the end if it is one of these
     */
    public static String stem(Path file, List<String> extensions) {
        String name = file.getFileName().toString();
        return extensions.stream()
                .filter(name::endsWith)
                .findFirst()
                .map(extension -> name.substring(0, name.length() - extension.length()))
                .orElse(name);
    }
}
