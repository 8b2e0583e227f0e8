package io.rangefinder.engine.tensorrt.bringup;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders that the dynamic linker searches, in its order (ld.so(8)): LD_LIBRARY_PATH, those of
 * /etc/ld.so.conf, and the default ones.
 */
final class LinkerFolders {

    private static final Logger logger = LoggerFactory.getLogger(LinkerFolders.class);
    private static final List<String> DEFAULT =
            List.of(
                    "/lib/x86_64-linux-gnu",
                    "/usr/lib/x86_64-linux-gnu",
                    "/lib64",
                    "/usr/lib64",
                    "/lib",
                    "/usr/lib");

    private LinkerFolders() {}

    static Set<Path> all() {
        Set<Path> folders = new LinkedHashSet<>();
        String path = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
        for (String folder : path.split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        configured(Path.of("/etc/ld.so.conf.d")).forEach(folder -> folders.add(Path.of(folder)));
        DEFAULT.forEach(folder -> folders.add(Path.of(folder)));
        return folders;
    }

    /** What ldconfig was told of, a folder a line. */
    private static List<String> configured(Path files) {
        List<String> folders = new ArrayList<>();
        if (!Files.isDirectory(files)) {
            return folders;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(files, "*.conf")) {
            for (Path file : found) {
                Files.readAllLines(file).stream()
                        .map(String::strip)
                        .filter(line -> line.startsWith("/"))
                        .forEach(folders::add);
            }
        } catch (IOException e) {
            logger.debug("{} cannot be read: {}", files, e.toString());
        }
        return folders;
    }
}
