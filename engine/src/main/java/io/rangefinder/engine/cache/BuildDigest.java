package io.rangefinder.engine.cache;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one build of classes from another, for what they make is kept on disk: a version stays the
 * same while the code changes.
 *
 * <p>Costs some milliseconds: a jar's directory has a checksum of each entry, so nothing is read
 * but that; only a folder of classes is read as a whole. Stateless; callers keep the answer.
 */
public final class BuildDigest {

    private static final Logger logger = LoggerFactory.getLogger(BuildDigest.class);

    private BuildDigest() {}

    /**
     * The digest of all files beside and below some packages' classes.
     *
     * @param folder the folder in a jar that counts, such as {@code io/rangefinder}; other entries
     *     of a jar into which many were put together do not
     * @param version what tells builds apart where classes come from neither a jar nor a folder
     * @param classes one class of each jar or folder
     * @return 64 hex digits, the same for the same files wherever they lie
     */
    public static String of(String folder, String version, Class<?>... classes) {
        Set<String> entries = new TreeSet<>();
        for (Class<?> type : classes) {
            String name = type.getName().replace('.', '/') + ".class";
            URL resource = type.getResource("/" + name);
            try {
                if (resource == null || !add(resource, name, folder, entries)) {
                    throw new IOException("it comes from " + resource);
                }
            } catch (IOException | URISyntaxException e) {
                logger.warn(
                        "the build of {} can't be told ({}); what it made is kept by version {}:"
                                + " after a change of its code, empty the cache",
                        type.getName(),
                        e.getMessage(),
                        version);
                entries.add(type.getName() + " " + version);
            }
        }
        ContentKey key = new ContentKey();
        entries.forEach(key::add);
        return key.hex();
    }

    private static boolean add(URL resource, String name, String folder, Set<String> entries)
            throws IOException, URISyntaxException {
        if (resource.getProtocol().equals("file")) {
            String uri = resource.toURI().toString();
            addFolder(
                    Path.of(URI.create(uri.substring(0, uri.length() - name.length()))),
                    folder,
                    entries);
            return true;
        }
        URLConnection connection = resource.openConnection();
        if (!(connection instanceof JarURLConnection jar)) {
            return false;
        }
        // Of whoever loads jars within jars, too. Shared with the class loader: not to be closed.
        jar.getJarFile().stream()
                .filter(e -> !e.isDirectory() && e.getName().startsWith(folder + "/"))
                .forEach(
                        e ->
                                entries.add(
                                        e.getName()
                                                + " "
                                                + Long.toHexString(e.getCrc())
                                                + " "
                                                + e.getSize()));
        return true;
    }

    private static void addFolder(Path root, String folder, Set<String> entries)
            throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root.resolve(folder))) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            entries.add(root.relativize(file) + " " + new ContentKey().add(file).hex());
        }
    }
}
