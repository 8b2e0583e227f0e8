package io.rangefinder.capture.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens models of one kind. Found by {@link java.util.ServiceLoader}, so that a kind is added by a
 * jar on the class path. Stateless.
 */
public interface ModelSourceProvider {

    /**
     * What its models are.
     *
     * @return a plural for messages: {@code TorchScript archives}
     */
    default String kind() {
        return String.join(" and ", extensions()) + " files";
    }

    /**
     * The ends of its files' names.
     *
     * @return each with its dot, the usual one first
     */
    List<String> extensions();

    /**
     * When it is asked: the least is asked first.
     *
     * @return its place among the others; the last is one that takes any file, to say what is wrong
     *     with it
     */
    default int rank() {
        return 0;
    }

    /**
     * Whether a file is for this provider, by its name, or by its first bytes.
     *
     * @param file a file that exists
     * @return true if it is
     * @throws IOException if it can't be read
     */
    default boolean takes(Path file) throws IOException {
        return extensions().stream().anyMatch(file.toString()::endsWith);
    }

    /**
     * Opens a file.
     *
     * @param file a file that it takes
     * @return the model, of which nothing need be read yet
     * @throws IOException if it is read and can't be
     */
    ModelSource open(Path file) throws IOException;

    /**
     * The names that a file of this kind has beside another form of the same model.
     *
     * @param stem the other file's name without its extension
     * @return names of files, the likeliest first
     */
    default List<String> namesBeside(String stem) {
        return extensions().stream().map(extension -> stem + extension).toList();
    }
}
