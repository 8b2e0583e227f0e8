package io.rangefinder.capture.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void chooseAFile() {
        file = folder.resolve("a.ranges");
    }

    @Test
    void writesANewFile() throws IOException {
        AtomicFile.write(file, out -> out.write(bytes("new")));

        assertEquals("new", Files.readString(file));
        assertEquals(List.of(file), filesInFolder());
    }

    @Test
    void replacesAnOldFile() throws IOException {
        Files.writeString(file, "old and longer");

        AtomicFile.write(file, out -> out.write(bytes("new")));

        assertEquals("new", Files.readString(file));
        assertEquals(List.of(file), filesInFolder());
    }

    @Test
    void anIoExceptionHalfWayLeavesTheOldFileAndNothingElse() throws IOException {
        Files.writeString(file, "old");

        IOException thrown =
                assertThrows(
                        IOException.class,
                        () ->
                                AtomicFile.write(
                                        file,
                                        out -> {
                                            out.write(new byte[100_000]);
                                            throw new IOException("disk full");
                                        }));

        assertEquals("disk full", thrown.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), filesInFolder());
    }

    @Test
    void aRuntimeExceptionOrErrorHalfWayLeavesNothing() throws IOException {
        assertThrows(
                IllegalStateException.class,
                () ->
                        AtomicFile.write(
                                file,
                                out -> {
                                    out.write(1);
                                    throw new IllegalStateException();
                                }));
        assertThrows(
                StackOverflowError.class,
                () ->
                        AtomicFile.write(
                                file,
                                out -> {
                                    throw new StackOverflowError();
                                }));

        assertEquals(List.of(), filesInFolder());
    }

    @Test
    void theOldFileIsWholeWhileTheNewOneIsWritten() throws IOException {
        Files.writeString(file, "old");

        AtomicFile.write(
                file,
                out -> {
                    out.write(bytes("new"));
                    out.flush();
                    assertEquals("old", Files.readString(file));
                });

        assertEquals("new", Files.readString(file));
    }

    @Test
    void aMissingFolderIsNamed() {
        IOException thrown =
                assertThrows(
                        IOException.class,
                        () -> AtomicFile.write(folder.resolve("no/a.ranges"), out -> {}));

        assertTrue(thrown.getMessage().contains("folder does not exist"), thrown.getMessage());
    }

    @Test
    void aFolderIsNotReplaced() {
        assertThrows(IOException.class, () -> AtomicFile.write(folder, out -> {}));

        assertTrue(Files.isDirectory(folder));
    }

    @Test
    void concurrentWritersEndWithOneWholeFileAndReadersSeeOnlyWholeOnes() throws Exception {
        int writers = 4;
        int size = 50_000;
        AtomicFile.write(file, out -> out.write(filled(size, 0)));
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                byte[] mine = filled(size, writer);
                work.add(
                        threads.submit(
                                () -> {
                                    for (int i = 0; i < 25; i++) {
                                        AtomicFile.write(
                                                file,
                                                out -> {
                                                    for (byte b : mine) {
                                                        out.write(b);
                                                    }
                                                });
                                    }
                                    return null;
                                }));
            }
            while (work.stream().anyMatch(f -> !f.isDone())) {
                assertWhole(Files.readAllBytes(file), size);
            }
            for (Future<?> done : work) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertWhole(Files.readAllBytes(file), size);
        assertEquals(List.of(file), filesInFolder());
    }

    @Test
    void whatIsWrittenIsReadableByOthersWhereTheSystemKnowsOthers() throws IOException {
        AtomicFile.write(file, out -> {});

        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertFalse(
                    Files.getPosixFilePermissions(file).stream()
                            .noneMatch(p -> p.name().equals("OTHERS_READ")));
        }
    }

    private static void assertWhole(byte[] content, int size) {
        assertArrayEquals(filled(size, content[0]), content);
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Path> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
