package io.rangefinder.engine.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary folder, for a child and what it is given, which goes with all that is in it.
 *
 * @param path the folder
 */
public record ChildFolder(Path path) implements AutoCloseable {

    /**
     * Makes a folder among the system's temporary ones.
     *
     * @param prefix what its name begins with
     * @return the folder, to be closed
     * @throws IOException if it can't be made
     */
    public static ChildFolder create(String prefix) throws IOException {
        return new ChildFolder(
                Files.createTempDirectory(StaleFolders.swept(), StaleFolders.ownPrefix(prefix)));
    }

    /**
     * Makes a folder in this one.
     *
     * @param prefix what its name begins with
     * @return the folder, to be closed
     * @throws IOException if it can't be made
     */
    public ChildFolder below(String prefix) throws IOException {
        return new ChildFolder(Files.createTempDirectory(path, prefix));
    }

    /**
     * A file or folder in it.
     *
     * @param name its name
     * @return its path, whether it exists or not
     */
    public Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(path)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path one : all) {
            Files.deleteIfExists(one);
        }
    }
}
