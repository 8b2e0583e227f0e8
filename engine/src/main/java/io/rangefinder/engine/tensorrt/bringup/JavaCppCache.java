package io.rangefinder.engine.tensorrt.bringup;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * javacpp's cache. Where files lie is worked out as javacpp's {@code Loader.cacheResource} does,
 * without its class: that loads a library from the cache when it is initialized, which must have
 * been checked before.
 */
final class JavaCppCache implements LibraryCache {

    private static final Logger logger = LoggerFactory.getLogger(JavaCppCache.class);
    private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";
    private static final long READ_AT_EACH_START = 16_000_000;
    private static final long WORTH_A_LINE = 100_000_000;

    private final ClassLoader loader;

    JavaCppCache(ClassLoader loader) {
        this.loader = loader;
    }

    /** A library in its jar, and the file that it is extracted to. */
    private record Entry(URL url, long size, long time, OptionalLong crc, Path file) {

        /** As javacpp sees it: the time is set when all is written. */
        boolean isExtracted() {
            File extracted = file.toFile();
            return extracted.length() == size && extracted.lastModified() == time;
        }

        /** Reads all of a small file; a large one would take a second a gigabyte at each start. */
        boolean isDamaged() throws IOException {
            if (size > READ_AT_EACH_START || crc.isEmpty()) {
                return false;
            }
            CRC32 sum = new CRC32();
            sum.update(Files.readAllBytes(file));
            return sum.getValue() != crc.getAsLong();
        }
    }

    @Override
    public Path folder() {
        return Stream.of(
                        System.getProperty(PROPERTY, ""),
                        System.getProperty("user.home") + "/.javacpp/cache/",
                        System.getProperty("java.io.tmpdir")
                                + "/.javacpp-"
                                + System.getProperty("user.name")
                                + "/cache/")
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(JavaCppCache::canBeMade)
                .findFirst()
                .map(JavaCppCache::real)
                .orElseGet(() -> real(Path.of(System.getProperty("java.io.tmpdir"))));
    }

    private static boolean canBeMade(Path folder) {
        Path existing = existing(folder);
        return existing.equals(folder.toAbsolutePath())
                || Files.isDirectory(existing) && Files.isWritable(existing);
    }

    /** The folder, or the nearest above it that is there. */
    private static Path existing(Path folder) {
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    @Override
    public Optional<String> unwritable() {
        Path existing = existing(folder());
        if (!Files.isDirectory(existing)) {
            return Optional.of("because " + existing + " is not a folder");
        }
        boolean usable =
                Files.isReadable(existing)
                        && Files.isWritable(existing)
                        && Files.isExecutable(existing);
        return usable
                ? Optional.empty()
                : Optional.of("because " + existing + " cannot be read and written by this user");
    }

    @Override
    public long missingBytes() {
        return NativeLibrary.all().stream()
                .map(this::entry)
                .filter(entry -> !entry.isExtracted())
                .mapToLong(Entry::size)
                .sum();
    }

    @Override
    public long freeBytes() {
        try {
            return Files.getFileStore(existing(folder())).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("the disk of " + folder() + " cannot be asked", e);
        }
    }

    @Override
    public Path extract(NativeLibrary library) throws BrokenRungException {
        Entry entry = entry(library);
        if (entry.isExtracted()) {
            check(library, entry);
        } else if (entry.size() > WORTH_A_LINE) {
            logger.info(
                    "Extracting {} ({}) to {}, once",
                    library.fileName(),
                    CacheStep.megabytes(entry.size()),
                    folder());
        }
        try {
            Loader.cacheResource(entry.url());
        } catch (IOException e) {
            throw new BrokenRungException(
                    library.fileName()
                            + " cannot be extracted to "
                            + folder()
                            + " ("
                            + reason(e)
                            + ")",
                    "make "
                            + CacheStep.megabytes(missingBytes())
                            + " of room that this user may write; "
                            + CacheStep.OTHER_FOLDER,
                    e);
        }
        check(library, entry);
        return entry.file();
    }

    /** A file that is cut short or hollow would end the JVM when it is mapped. */
    private static void check(NativeLibrary library, Entry entry) throws BrokenRungException {
        Path file = entry.file();
        String remedy = "delete " + file.getParent() + " and start again";
        if (file.toFile().length() != entry.size()) {
            throw new BrokenRungException(
                    file
                            + " has "
                            + file.toFile().length()
                            + " bytes and "
                            + library.artifact()
                            + " says "
                            + entry.size(),
                    remedy);
        }
        ElfFile elf;
        try {
            if (entry.isDamaged()) {
                throw new IOException(file + " is damaged (its CRC-32 is not the jar's)");
            }
            elf = ElfFile.read(file);
        } catch (IOException e) {
            throw new BrokenRungException(reason(e), remedy, e);
        }
        if (!elf.soname().equals(library.soname())) {
            throw new BrokenRungException(
                    file + " calls itself " + elf.soname() + ", not " + library.soname(), remedy);
        }
        if (library.equals(NativeLibrary.NVINFER)
                && !elf.tensorRtVersion().startsWith(Libraries.VERSION)) {
            throw new BrokenRungException(
                    file
                            + " is TensorRT "
                            + (elf.tensorRtVersion().isEmpty()
                                    ? "of an unknown version"
                                    : elf.tensorRtVersion())
                            + ", and DJL's engine and the bindings here want "
                            + Libraries.VERSION,
                    remedy);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private Entry entry(NativeLibrary library) {
        URL url = loader.getResource(library.resource());
        try {
            if (url.openConnection() instanceof JarURLConnection connection) {
                JarEntry jarEntry = connection.getJarEntry();
                // A jar within a jar has a name, too, but a URL that names no file.
                String jar = new File(connection.getJarFile().getName()).getName();
                Path file =
                        noSubfolder()
                                ? folder().resolve(library.fileName())
                                : folder().resolve(jar).resolve(library.resource());
                return new Entry(
                        url,
                        jarEntry.getSize(),
                        jarEntry.getTime(),
                        OptionalLong.of(jarEntry.getCrc()),
                        real(file));
            }
            // Unpacked classes: javacpp loads the file where it is.
            Path file = Path.of(URI.create(url.toString()));
            return new Entry(
                    url,
                    Files.size(file),
                    file.toFile().lastModified(),
                    OptionalLong.empty(),
                    file);
        } catch (IOException e) {
            throw new UncheckedIOException(url + " cannot be read", e);
        }
    }

    private static boolean noSubfolder() {
        String value = System.getProperty(PROPERTY + ".nosubdir", "false");
        return value.isEmpty() || value.equalsIgnoreCase("true") || value.equalsIgnoreCase("t");
    }

    /** Without links, as the system shows what is loaded in /proc/self/maps. */
    private static Path real(Path file) {
        try {
            return file.toFile().getCanonicalFile().toPath();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be found", e);
        }
    }
}
