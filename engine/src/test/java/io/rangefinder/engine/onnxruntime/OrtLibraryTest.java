package io.rangefinder.engine.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.fixtures.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes with a cache and a folder of temporary files of their own. */
class OrtLibraryTest {

    private static final FileTime LONG_AGO = FileTime.fromMillis(0);

    @TempDir private Path folder;

    private Path temporary;
    private Path cache;

    @BeforeEach
    void makeFolders() throws IOException {
        temporary = Files.createDirectory(folder.resolve("temporary"));
        cache = folder.resolve("cache");
    }

    private void start(String how, int status) throws Exception {
        ChildJvm.Outcome outcome =
                new ChildJvm()
                        .option("-Djava.io.tmpdir=" + temporary)
                        .environment("DJL_CACHE_DIR", cache.toString())
                        .run(folder, OrtStart.class, how);
        assertEquals(status, outcome.status(), outcome::err);
        assertTrue(outcome.out().matches("\\d+\\.\\d+\\.\\d+\\s*"), outcome::out);
    }

    private static List<Path> files(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private List<Path> extracted() throws IOException {
        List<Path> libraries = files(cache);
        assertEquals(2, libraries.size(), libraries::toString);
        return libraries;
    }

    private static List<Path> folders(Path below) throws IOException {
        try (Stream<Path> files = Files.list(below)) {
            return files.filter(f -> f.getFileName().toString().startsWith("onnxruntime")).toList();
        }
    }

    @Test
    void librariesAreExtractedOnceForProcessesThatAreKilledToo() throws Exception {
        start("killed", 1);
        for (Path library : extracted()) {
            Files.setLastModifiedTime(library, LONG_AGO);
        }
        start("killed", 1);
        for (Path library : extracted()) {
            assertEquals(LONG_AGO, Files.getLastModifiedTime(library), "written again: " + library);
        }
        List<Path> left = files(temporary);
        assertTrue(
                left.stream().noneMatch(f -> f.toString().contains("onnxruntime")), left::toString);
    }

    @Test
    void emptyFolderOfAKilledProcessGoesWithTheNextStart() throws Exception {
        start("killed", 1);
        for (Path left : folders(temporary)) {
            Files.setLastModifiedTime(left, LONG_AGO);
        }
        Path others = Files.createDirectory(temporary.resolve("onnxruntime-java123"));
        Files.writeString(others.resolve("library"), "in use");
        Files.setLastModifiedTime(others, LONG_AGO);
        start("ends", 0);
        assertEquals(List.of(others), folders(temporary));
    }

    @Test
    void damagedLibraryIsExtractedAnew() throws Exception {
        start("ends", 0);
        Path library = extracted().get(0);
        byte[] content = Files.readAllBytes(library);
        byte[] damaged = content.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(library, damaged);
        start("ends", 0);
        assertEquals(-1, Files.mismatch(library, Files.write(folder.resolve("right"), content)));
    }

    @Test
    void withoutACacheOnnxRuntimeExtractsForItself() throws Exception {
        Files.writeString(cache, "a file where a folder should be");
        start("ends", 0);
    }
}
