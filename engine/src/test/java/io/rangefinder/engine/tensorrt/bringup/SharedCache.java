package io.rangefinder.engine.tensorrt.bringup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cache of hard links to javacpp's own, so that a test can damage a file of it without copying 3
 * GB. Lies beside javacpp's own, for hard links don't leave a disk.
 */
final class SharedCache implements AutoCloseable {

    static final Path OWN = new JavaCppCache(SharedCache.class.getClassLoader()).folder();

    private final Path folder;

    private SharedCache(Path folder) {
        this.folder = folder;
    }

    static SharedCache linked() throws IOException {
        Path folder = Files.createTempDirectory(OWN.toAbsolutePath().getParent(), "test");
        Files.walkFileTree(
                OWN,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
                            throws IOException {
                        Files.createDirectories(folder.resolve(OWN.relativize(dir).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile()) {
                            Files.createLink(folder.resolve(OWN.relativize(file).toString()), file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return new SharedCache(folder);
    }

    Path folder() {
        return folder;
    }

    /** A library's file. */
    Path file(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Puts another file in a library's place; its size and time are as they were if wanted. */
    Path replace(String name, byte[] content, boolean asIfWhole) throws IOException {
        Path file = file(name);
        long size = Files.size(file);
        var time = Files.getLastModifiedTime(file);
        Files.delete(file);
        Files.write(file, content);
        if (asIfWhole) {
            try (var channel =
                    java.nio.channels.FileChannel.open(
                            file, java.nio.file.StandardOpenOption.WRITE)) {
                channel.write(java.nio.ByteBuffer.allocate(1), size - 1);
            }
        }
        Files.setLastModifiedTime(file, time);
        return file;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.delete(file);
                }
            }
        }
    }
}
