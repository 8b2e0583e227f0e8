package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {

    @TempDir Path folder;

    private Path jar(Set<String> libraries) throws IOException {
        Path jar = folder.resolve("natives.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String library : libraries) {
                zip.putNextEntry(new ZipEntry("org/bytedeco/tensorrt/linux-x86_64/" + library));
                zip.write(library.repeat(10_000).getBytes(StandardCharsets.UTF_8));
            }
            zip.putNextEntry(new ZipEntry("org/bytedeco/libnot_needed.so"));
        }
        return jar;
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void takesOutWhatIsNeededAndNothingElse() throws Exception {
        Path libraries = folder.resolve("cache/libraries");
        NativeLibraries.extract(List.of(jar(NativeLibraries.NEEDED)), libraries);
        assertEquals(NativeLibraries.NEEDED, names(libraries));
    }

    @Test
    void aLibraryThatWasCutShortIsReplaced() throws Exception {
        Path libraries = folder.resolve("libraries");
        Path jar = jar(NativeLibraries.NEEDED);
        NativeLibraries.extract(List.of(jar), libraries);
        Path half = libraries.resolve("libnvinfer.so.10");
        long size = Files.size(half);
        Files.writeString(half, "half");
        NativeLibraries.extract(List.of(jar), libraries);
        assertEquals(size, Files.size(half));
    }

    @Test
    void severalAtOnceEndWithWholeLibraries() throws Exception {
        Path libraries = folder.resolve("libraries");
        Path jar = jar(NativeLibraries.NEEDED);
        Callable<Boolean> extraction =
                () -> {
                    NativeLibraries.extract(List.of(jar), libraries);
                    return true;
                };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Boolean> done : threads.invokeAll(List.of(extraction, extraction))) {
                assertTrue(done.get());
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(NativeLibraries.NEEDED, names(libraries));
        for (String name : NativeLibraries.NEEDED) {
            assertEquals(name.repeat(10_000), Files.readString(libraries.resolve(name)));
        }
    }

    @Test
    void aJarWithoutALibraryIsNamed() throws Exception {
        Set<String> some = new TreeSet<>(NativeLibraries.NEEDED);
        some.remove("libjnijavacpp.so");
        Path jar = jar(some);
        InspectorUnavailableException e =
                assertThrows(
                        InspectorUnavailableException.class,
                        () -> NativeLibraries.extract(List.of(jar), folder.resolve("l")));
        assertTrue(e.getMessage().contains("libjnijavacpp.so"), e.getMessage());
        assertTrue(e.getMessage().contains(jar.toString()), e.getMessage());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedWithWhatToDo() throws Exception {
        Path jar = jar(NativeLibraries.NEEDED);
        Path file = Files.createFile(folder.resolve("a file"));
        InspectorUnavailableException e =
                assertThrows(
                        InspectorUnavailableException.class,
                        () -> NativeLibraries.extract(List.of(jar), file.resolve("libraries")));
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        assertTrue(e.getMessage().contains("DJL_CACHE_DIR"), e.getMessage());
    }

    @Test
    void aBrokenJarIsNamed() throws Exception {
        Path broken = folder.resolve("broken.jar");
        Files.writeString(broken, "no zip");
        InspectorUnavailableException e =
                assertThrows(
                        InspectorUnavailableException.class,
                        () -> NativeLibraries.extract(List.of(broken), folder.resolve("m")));
        assertTrue(e.getMessage().contains("broken.jar"), e.getMessage());
    }
}
