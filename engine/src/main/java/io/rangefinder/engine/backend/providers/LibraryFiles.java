package io.rangefinder.engine.backend.providers;

import io.rangefinder.capture.files.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds NVIDIA's libraries: unpacked from the class path, where {@code rangefinder-onnxruntime-gpu}
 * brings them, else in the folders that the linker is told of. A library that is unpacked already
 * is used as it is.
 */
final class LibraryFiles {

    private final ClassLoader classPath;
    private final Path cache;
    private final List<Path> folders;

    /**
     * Looks in these places.
     *
     * @param classPath whose resources hold the libraries
     * @param cache the folder to unpack to
     * @param folders where else to look, in order
     */
    LibraryFiles(ClassLoader classPath, Path cache, List<Path> folders) {
        this.classPath = classPath;
        this.cache = cache;
        this.folders = List.copyOf(folders);
    }

    /**
     * What was found.
     *
     * @param files the libraries to load, in order
     * @param missing names of those that are nowhere
     */
    record Found(List<Path> files, List<String> missing) {}

    Found find(List<GpuLibrary> libraries) throws IOException {
        requireSpace(libraries);
        List<Path> files = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (GpuLibrary library : libraries) {
            Optional<Path> file = find(library);
            if (library.use() == GpuLibrary.Use.LOADED) {
                file.ifPresentOrElse(files::add, () -> missing.add(library.name()));
            }
        }
        return new Found(files, missing);
    }

    private Optional<Path> find(GpuLibrary library) throws IOException {
        URL resource = classPath.getResource(library.resource());
        return resource == null
                ? folders.stream()
                        .map(f -> f.resolve(library.name()))
                        .filter(Files::isRegularFile)
                        .findFirst()
                : Optional.of(unpack(resource, library.name()));
    }

    private Path unpack(URL resource, String name) throws IOException {
        if (resource.getProtocol().equals("file")) {
            try {
                return Path.of(resource.toURI());
            } catch (URISyntaxException e) {
                throw new IOException(resource + " names no file", e);
            }
        }
        URLConnection connection = resource.openConnection();
        Path folder = cache.resolve(jarName(connection));
        Path file = folder.resolve(name);
        if (!isWhole(file, connection)) {
            Files.createDirectories(folder);
            try (InputStream in = connection.getInputStream()) {
                AtomicFile.write(file, in::transferTo);
            }
        }
        return file;
    }

    /** The version is in the jar's name; libraries of one version lie together. */
    private static String jarName(URLConnection connection) {
        String path =
                connection instanceof JarURLConnection jar
                        ? jar.getJarFileURL().getPath()
                        : connection.getURL().getPath();
        return path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private static boolean isWhole(Path file, URLConnection connection) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) == connection.getContentLengthLong();
    }

    private void requireSpace(List<GpuLibrary> libraries) throws IOException {
        long needed = 0;
        for (GpuLibrary library : libraries) {
            URL resource = classPath.getResource(library.resource());
            if (resource != null && !resource.getProtocol().equals("file")) {
                URLConnection connection = resource.openConnection();
                Path file = cache.resolve(jarName(connection)).resolve(library.name());
                needed += isWhole(file, connection) ? 0 : connection.getContentLengthLong();
            }
        }
        if (needed == 0) {
            return;
        }
        Files.createDirectories(cache);
        long free = Files.getFileStore(cache).getUsableSpace();
        if (needed > free) {
            throw new IOException(
                    String.format(
                            "%s has %d MiB left, and the libraries take %d",
                            cache, free >> 20, needed >> 20));
        }
    }
}
