package io.rangefinder.capture.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file while it is written. It is locked as long as its process lives, however that ends: so who
 * finds one without a lock knows that nobody writes to it any more.
 */
final class PartFile implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(PartFile.class);

    /**
     * Closing any channel to a file lets go of its process' lock: a process leaves its own alone.
     */
    private static final String PROCESS = UUID.randomUUID().toString().substring(0, 8);

    private static final String END = ".rangefinder.part";

    private final Path path;
    private final FileChannel channel;

    private PartFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static PartFile of(Path target) throws IOException {
        while (true) {
            String own = PROCESS + "-" + UUID.randomUUID().toString().substring(0, 8);
            Path path = target.resolveSibling("." + target.getFileName() + "-" + own + END);
            FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                // Before it was locked, another process may have taken it for a leftover.
                if (lock(path, channel) && Files.exists(path)) {
                    return new PartFile(path, channel);
                }
            } catch (RuntimeException | Error e) {
                channel.close();
                throw e;
            }
            channel.close();
        }
    }

    /** False if another process holds it. Where the file system has no locks, nobody does. */
    private static boolean lock(Path path, FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            logger.debug("{} can't be locked", path, e);
            return true;
        }
    }

    Path path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /**
     * Removes what processes that were killed left in a folder.
     *
     * @param folder a folder, or nothing at all
     * @param glob which files to look at
     */
    static void removeLeftovers(Path folder, String glob) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, glob)) {
            for (Path part : parts) {
                if (!part.getFileName().toString().contains("-" + PROCESS + "-")) {
                    removeIfLeft(part);
                }
            }
        } catch (IOException e) {
            // They cost no more than their place.
            logger.debug("leftovers in {} can't be removed", folder, e);
        }
    }

    static void removeOwnLeftovers(Path folder) {
        removeLeftovers(folder, ".*" + END);
    }

    private static void removeIfLeft(Path part) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
            if (lock.isPresent()) {
                Files.deleteIfExists(part);
                logger.info("removed {}, which a process that was ended left behind", part);
            }
        } catch (OverlappingFileLockException e) {
            logger.trace("{} is written in this process", part, e);
        }
    }
}
