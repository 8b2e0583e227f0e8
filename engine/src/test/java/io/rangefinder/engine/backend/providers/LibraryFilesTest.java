package io.rangefinder.engine.backend.providers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFilesTest {

    private static final List<GpuLibrary> TWO =
            List.of(
                    new GpuLibrary("libbeside.so.1", "cuda", GpuLibrary.Use.BESIDE),
                    new GpuLibrary("libfirst.so.1", "cuda", GpuLibrary.Use.LOADED),
                    new GpuLibrary("libsecond.so.2", "tensorrt", GpuLibrary.Use.LOADED));

    @TempDir private Path folder;

    private Path jar(String name, GpuLibrary... libraries) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (GpuLibrary library : libraries) {
                zip.putNextEntry(new ZipEntry(library.resource()));
                zip.write(library.name().getBytes());
            }
        }
        return jar;
    }

    private LibraryFiles.Found find(Path cache, Path searched, Path... jars) throws IOException {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        try (URLClassLoader classPath = new URLClassLoader(urls, null)) {
            return new LibraryFiles(classPath, cache, List.of(searched)).find(TWO);
        }
    }

    @Test
    void librariesOfAJarAreUnpackedTogetherAndLoadedInOrder() throws IOException {
        Path cache = folder.resolve("cache");
        Path cuda = jar("cuda-12.6-redist.jar", TWO.get(0), TWO.get(1));
        Path tensorRt = jar("tensorrt-10.jar", TWO.get(2));
        LibraryFiles.Found found = find(cache, folder, cuda, tensorRt);
        assertEquals(
                List.of(
                        cache.resolve("cuda-12.6-redist.jar/libfirst.so.1"),
                        cache.resolve("tensorrt-10.jar/libsecond.so.2")),
                found.files());
        assertEquals(List.of(), found.missing());
        assertArrayEquals(
                "libbeside.so.1".getBytes(),
                Files.readAllBytes(cache.resolve("cuda-12.6-redist.jar/libbeside.so.1")));
    }

    @Test
    void wholeLibraryIsNotUnpackedAgainAndHalfALibraryIs() throws IOException {
        Path cache = folder.resolve("cache");
        Path all = jar("all.jar", TWO.toArray(GpuLibrary[]::new));
        find(cache, folder, all);
        Path whole = cache.resolve("all.jar/libfirst.so.1");
        Path half = cache.resolve("all.jar/libsecond.so.2");
        FileTime old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(whole, old);
        Files.write(half, new byte[3]);
        find(cache, folder, all);
        assertEquals(old, Files.getLastModifiedTime(whole));
        assertArrayEquals("libsecond.so.2".getBytes(), Files.readAllBytes(half));
    }

    @Test
    void foldersAreSearchedForWhatTheClassPathLacks() throws IOException {
        Path installed = Files.createDirectories(folder.resolve("lib64"));
        Files.createFile(installed.resolve("libsecond.so.2"));
        LibraryFiles.Found found = find(folder.resolve("cache"), installed);
        assertEquals(List.of(installed.resolve("libsecond.so.2")), found.files());
        assertEquals(List.of("libfirst.so.1"), found.missing());
        assertTrue(Files.notExists(folder.resolve("cache")), "nothing to unpack");
    }

    @Test
    void cacheThatIsAFileIsAnException() throws IOException {
        Path cache = Files.createFile(folder.resolve("cache"));
        Path all = jar("all.jar", TWO.toArray(GpuLibrary[]::new));
        assertThrows(IOException.class, () -> find(cache, folder, all));
    }

    @Test
    void listsOfLibrariesHoldWhatTheProvidersNeedByName() {
        // NEEDED entries of libonnxruntime_providers_cuda.so and _tensorrt.so, 1.21.0.
        List<String> cuda = names(Provider.CUDA);
        assertTrue(
                cuda.containsAll(
                        List.of(
                                "libcublasLt.so.12",
                                "libcublas.so.12",
                                "libcurand.so.10",
                                "libcufft.so.11",
                                "libcudart.so.12",
                                "libcudnn.so.9",
                                "libnvrtc.so.12")));
        assertTrue(
                names(Provider.TENSORRT)
                        .containsAll(
                                List.of(
                                        "libnvinfer.so.10",
                                        "libnvinfer_plugin.so.10",
                                        "libnvonnxparser.so.10")));
        assertEquals(cuda, names(Provider.TENSORRT).subList(0, cuda.size()));
    }

    private static List<String> names(Provider provider) {
        return GpuLibrary.of(provider).stream().map(GpuLibrary::name).toList();
    }
}
