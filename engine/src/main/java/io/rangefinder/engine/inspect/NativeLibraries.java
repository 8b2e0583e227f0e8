package io.rangefinder.engine.inspect;

import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.engine.cache.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Takes the native libraries that the child loads out of their jars, once a machine: 0.7 GB beside
 * Rangefinder's other caches. Each is written whole or not at all, so that two processes may do it
 * at once.
 */
final class NativeLibraries {

    /** What parsing and optimizing needs; the redistributables hold more. */
    static final Set<String> NEEDED =
            Set.of(
                    "libnvinfer.so.10",
                    "libnvinfer_plugin.so.10",
                    "libnvonnxparser.so.10",
                    "libjnijavacpp.so",
                    "libjninvinfer.so",
                    "libjninvinfer_plugin.so",
                    "libjninvonnxparser.so");

    private NativeLibraries() {}

    /** The folder of this version's libraries, made or not. */
    static Path defaultFolder() {
        return CacheFolder.path().resolve("tensorrt-" + TensorRtJars.TENSORRT).toAbsolutePath();
    }

    /**
     * Makes sure that the libraries are there.
     *
     * @param jars jars that hold them
     * @param folder where they go
     * @throws InspectorUnavailableException if a jar is broken or lacks one, or if the folder can't
     *     be written, such as on a full disk
     */
    static void extract(List<Path> jars, Path folder) throws InspectorUnavailableException {
        Set<String> missing = new HashSet<>(NEEDED);
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                extract(zip, missing, folder);
            } catch (ZipException e) {
                throw new InspectorUnavailableException(
                        jar + " is broken (" + e.getMessage() + "); get it again", e);
            } catch (IOException e) {
                throw new InspectorUnavailableException(
                        "TensorRT's libraries (0.7 GB) can't be put from "
                                + jar
                                + " into "
                                + folder
                                + " ("
                                + e
                                + "); make room or the folder writable, or name another place for"
                                + " caches with the environment variable DJL_CACHE_DIR",
                        e);
            }
        }
        if (!missing.isEmpty()) {
            throw new InspectorUnavailableException(
                    "the jars " + jars + " hold no " + missing + "; get them again");
        }
    }

    private static void extract(ZipFile zip, Set<String> missing, Path folder) throws IOException {
        Files.createDirectories(folder);
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
            if (missing.remove(name)) {
                extract(zip, entry, folder.resolve(name));
            }
        }
    }

    private static void extract(ZipFile zip, ZipEntry entry, Path library) throws IOException {
        // Written whole or not at all, so the size tells one of this version from another's.
        if (Files.isRegularFile(library) && Files.size(library) == entry.getSize()) {
            return;
        }
        AtomicFile.write(
                library,
                out -> {
                    try (InputStream in = zip.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                });
    }
}
