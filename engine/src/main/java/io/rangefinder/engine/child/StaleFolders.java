package io.rangefinder.engine.child;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders that a killed process left: each has the number of its process in its name, and the first
 * process that makes one later removes those of processes that have ended. Stateless.
 */
final class StaleFolders {

    private static final Logger logger = LoggerFactory.getLogger(StaleFolders.class);

    private static final Pattern NAME = Pattern.compile("rangefinder\\D*-(\\d{1,18})-\\d+");

    /** Another container may share the temporary folder, whose processes are not seen here. */
    private static final Duration STALE = Duration.ofDays(1);

    private static final class Swept {

        static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

        static {
            sweep(TEMPORARY);
        }
    }

    private StaleFolders() {}

    /** The temporary folder, from which they are gone. */
    static Path swept() {
        return Swept.TEMPORARY;
    }

    /** What the name of a folder of this process begins with. */
    static String ownPrefix(String prefix) {
        return prefix + "-" + ProcessHandle.current().pid() + "-";
    }

    /** Removes them. */
    static void sweep(Path below) {
        Instant stale = Instant.now().minus(STALE);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(below, "rangefinder*")) {
            for (Path folder : folders) {
                if (isOfEndedProcess(folder.getFileName().toString())) {
                    remove(folder, stale);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // They cost no more than their place.
            logger.debug("folders of ended processes in {} can't be listed", below, e);
        }
    }

    /** One that is another user's does not keep those behind it. */
    private static void remove(Path folder, Instant stale) {
        try {
            if (Files.isDirectory(folder)
                    && Files.getLastModifiedTime(folder).toInstant().isBefore(stale)) {
                new ChildFolder(folder).close();
            }
        } catch (IOException | UncheckedIOException e) {
            logger.debug("{} of an ended process can't be removed", folder, e);
        }
    }

    private static boolean isOfEndedProcess(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
    }
}
