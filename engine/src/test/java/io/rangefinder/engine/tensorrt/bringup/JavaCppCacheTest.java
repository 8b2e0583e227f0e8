package io.rangefinder.engine.tensorrt.bringup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache for libraries of 100 bytes each, in a jar that stands in for bytedeco's. */
class JavaCppCacheTest {

    private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";
    private static final int BYTES = 100;
    private static final long TIME = 1_700_000_000_000L;

    @TempDir Path folder;
    private Path cacheFolder;
    private URLClassLoader loader;
    private JavaCppCache cache;
    private Optional<String> before;

    @BeforeEach
    void fillAJar() throws IOException {
        Path jar = folder.resolve("libraries.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (NativeLibrary library : NativeLibrary.all()) {
                JarEntry entry = new JarEntry(library.resource());
                entry.setLastModifiedTime(FileTime.fromMillis(TIME));
                out.putNextEntry(entry);
                out.write(new byte[BYTES]);
            }
        }
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        cacheFolder = folder.resolve("cache");
        before = Optional.ofNullable(System.getProperty(PROPERTY));
        System.setProperty(PROPERTY, cacheFolder.toString());
        cache = new JavaCppCache(loader);
    }

    @AfterEach
    void putBack() throws IOException {
        before.ifPresentOrElse(
                value -> System.setProperty(PROPERTY, value), () -> System.clearProperty(PROPERTY));
        loader.close();
    }

    /** As javacpp extracts it: below the jar's name, with the entry's time. */
    private Path extracted(NativeLibrary library) throws IOException {
        Path file = cacheFolder.resolve("libraries.jar").resolve(library.resource());
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[BYTES]);
        Files.setLastModifiedTime(file, FileTime.fromMillis(TIME));
        return file;
    }

    @Test
    void anEmptyCacheLacksAllLibraries() {
        assertEquals(cacheFolder, cache.folder());
        assertEquals(NativeLibrary.all().size() * (long) BYTES, cache.missingBytes());
        assertEquals(Optional.empty(), cache.unwritable());
        assertTrue(cache.freeBytes() > 0);
    }

    /** Of what is loaded the system tells the file itself, not the link that led there. */
    @Test
    void aFolderBehindALinkIsNamedByItself() throws IOException {
        Files.createDirectory(cacheFolder);
        Path link = Files.createSymbolicLink(folder.resolve("link"), cacheFolder);
        System.setProperty(PROPERTY, link.toString());
        assertEquals(cacheFolder.toRealPath(), cache.folder());
    }

    @Test
    void whatIsExtractedIsNotMissing() throws IOException {
        extracted(NativeLibrary.CUDART);
        extracted(NativeLibrary.NVINFER);
        assertEquals((NativeLibrary.all().size() - 2) * (long) BYTES, cache.missingBytes());
    }

    @Test
    void halfALibraryIsMissing() throws IOException {
        Path file = extracted(NativeLibrary.NVINFER);
        Files.write(file, new byte[BYTES / 2]);
        Files.setLastModifiedTime(file, FileTime.fromMillis(TIME));
        assertEquals(NativeLibrary.all().size() * (long) BYTES, cache.missingBytes());
    }

    /** The time is set last, so another one means that extraction was broken off. */
    @Test
    void aLibraryOfAnotherTimeIsMissing() throws IOException {
        Path file = extracted(NativeLibrary.NVINFER);
        Files.setLastModifiedTime(file, FileTime.fromMillis(TIME + 60_000));
        assertEquals(NativeLibrary.all().size() * (long) BYTES, cache.missingBytes());
    }

    @Test
    void aFileInPlaceOfTheFolderIsNamed() throws IOException {
        Files.createFile(cacheFolder);
        assertTrue(cache.unwritable().orElseThrow().contains(cacheFolder + " is not a folder"));
    }

    @Test
    void aLibraryWhoseBytesAreNotTheJarsIsNotHandedOut() throws IOException {
        Path file = extracted(NativeLibrary.CUDART);
        byte[] other = new byte[BYTES];
        other[50] = 1;
        Files.write(file, other);
        Files.setLastModifiedTime(file, FileTime.fromMillis(TIME));
        BrokenRungException refused =
                assertThrows(BrokenRungException.class, () -> cache.extract(NativeLibrary.CUDART));
        assertTrue(refused.getMessage().contains(file + " is damaged"), refused.getMessage());
        assertTrue(refused.remedy().contains("delete " + file.getParent()), refused.remedy());
    }
}
