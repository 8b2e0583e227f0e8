package io.rangefinder.engine.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.engine.cache.CacheFolder;
import io.rangefinder.engine.cache.ContentKey;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to ONNX Runtime's environment. By itself it extracts its libraries anew in each process,
 * into a temporary folder that stays if the process is killed; here they are extracted once, into
 * the cache, and checked before each use.
 *
 * <p>Where that can't be done, or the application names a place of its own by ONNX Runtime's
 * properties, ONNX Runtime does as it always does. Its build for GPUs looks for providers beside
 * itself and is left alone, too.
 */
public final class OrtLibrary {

    private static final Logger logger = LoggerFactory.getLogger(OrtLibrary.class);

    private static final String FOLDER_PROPERTY = "onnxruntime.native.path";
    private static final String RESOURCES = "/ai/onnxruntime/native/";

    /** In the order of loading. */
    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    private static final String GPU_ONLY = "onnxruntime_providers_shared";

    /** What ONNX Runtime's temporary folders begin with, and how long it may take to fill one. */
    private static final String TEMPORARY = "onnxruntime-java*";

    private static final Duration STALE = Duration.ofMinutes(1);

    private static final class Once {

        static final Optional<Path> FOLDER = extracted(CacheFolder.path().toAbsolutePath());
        static final OrtEnvironment ENVIRONMENT = start(FOLDER);
    }

    private OrtLibrary() {}

    /**
     * ONNX Runtime's one environment. To be asked for before anything else of ONNX Runtime.
     *
     * @return the environment
     * @throws LinkageError if its library can't be loaded
     */
    public static OrtEnvironment environment() {
        return Once.ENVIRONMENT;
    }

    /**
     * What tells another JVM where the libraries are, so that it need not extract them.
     *
     * @return options of java
     */
    static List<String> options() {
        return Once.FOLDER.map(f -> List.of("-D" + FOLDER_PROPERTY + "=" + f)).orElse(List.of());
    }

    private static OrtEnvironment start(Optional<Path> folder) {
        if (folder.isEmpty()) {
            return OrtEnvironment.getEnvironment();
        }
        removeEmptyFolders(Path.of(System.getProperty("java.io.tmpdir")));
        System.setProperty(FOLDER_PROPERTY, folder.get().toString());
        try {
            return OrtEnvironment.getEnvironment();
        } finally {
            // It is read once; another ONNX Runtime of this process has libraries of its own.
            System.clearProperty(FOLDER_PROPERTY);
        }
    }

    /** The folder of libraries that were seen to load, or empty to leave all to ONNX Runtime. */
    private static Optional<Path> extracted(Path cache) {
        if (isToldWhere() || isOfAnotherLoader() || resource(GPU_ONLY).isPresent()) {
            return Optional.empty();
        }
        try {
            List<ZipEntry> entries = new ArrayList<>();
            ContentKey key = new ContentKey();
            for (String library : LIBRARIES) {
                Optional<URL> resource = resource(library);
                if (resource.isEmpty()) {
                    return Optional.empty();
                }
                URLConnection connection = resource.get().openConnection();
                if (!(connection instanceof JarURLConnection jar)) {
                    return Optional.empty();
                }
                ZipEntry entry = jar.getJarEntry();
                entries.add(entry);
                key.add(library + " " + entry.getSize() + " " + entry.getCrc());
            }
            Path folder = cache.resolve("onnxruntime-" + key.hex().substring(0, 16));
            Files.createDirectories(folder);
            AtomicFile.removeLeftovers(folder);
            for (int i = 0; i < entries.size(); i++) {
                extract(LIBRARIES.get(i), entries.get(i), folder);
            }
            // Some systems execute nothing from such a folder; ONNX Runtime gives up for good then.
            System.load(folder.resolve(System.mapLibraryName(LIBRARIES.get(0))).toString());
            return Optional.of(folder);
        } catch (IOException | UnsatisfiedLinkError e) {
            logger.info("ONNX Runtime extracts its libraries itself ({})", e.toString());
            return Optional.empty();
        }
    }

    private static boolean isToldWhere() {
        return System.getProperty(FOLDER_PROPERTY) != null
                || LIBRARIES.stream()
                        .anyMatch(
                                library ->
                                        System.getProperty(
                                                                "onnxruntime.native."
                                                                        + library
                                                                        + ".path")
                                                        != null
                                                || Boolean.getBoolean(
                                                        "onnxruntime.native." + library + ".skip"));
    }

    /** A library belongs to the class loader that loads it, which must be ONNX Runtime's. */
    private static boolean isOfAnotherLoader() {
        return OrtLibrary.class.getClassLoader() != OrtEnvironment.class.getClassLoader();
    }

    private static Optional<URL> resource(String library) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String folder =
                (system.startsWith("linux") ? "linux" : system.startsWith("mac") ? "osx" : "win")
                        + (machine.equals("aarch64") ? "-aarch64/" : "-x64/");
        return Optional.ofNullable(
                OrtEnvironment.class.getResource(
                        RESOURCES + folder + System.mapLibraryName(library)));
    }

    private static void extract(String library, ZipEntry entry, Path folder) throws IOException {
        Path file = folder.resolve(System.mapLibraryName(library));
        if (isWhole(file, entry)) {
            return;
        }
        try (InputStream in = resource(library).orElseThrow().openStream()) {
            AtomicFile.write(file, in::transferTo);
        }
        if (!isWhole(file, entry)) {
            throw new IOException(file + " is not what was written");
        }
    }

    private static boolean isWhole(Path file, ZipEntry entry) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
            return false;
        }
        try (CheckedInputStream in =
                new CheckedInputStream(
                        new BufferedInputStream(Files.newInputStream(file), 1 << 16),
                        new CRC32())) {
            in.transferTo(OutputStream.nullOutputStream());
            return in.getChecksum().getValue() == entry.getCrc();
        }
    }

    /**
     * ONNX Runtime makes its temporary folder even if it puts nothing there, and a killed process
     * leaves it. What is empty for some time is nobody's.
     */
    private static void removeEmptyFolders(Path temporary) {
        Instant stale = Instant.now().minus(STALE);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, TEMPORARY)) {
            for (Path folder : folders) {
                if (Files.isDirectory(folder)
                        && Files.getLastModifiedTime(folder).toInstant().isBefore(stale)
                        && isEmpty(folder)) {
                    Files.deleteIfExists(folder);
                }
            }
        } catch (IOException e) {
            // They cost no more than their place.
            logger.debug("empty folders in {} can't be removed", temporary, e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return !files.iterator().hasNext();
        }
    }
}
