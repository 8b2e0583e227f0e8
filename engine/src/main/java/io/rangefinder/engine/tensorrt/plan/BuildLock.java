package io.rangefinder.engine.tensorrt.plan;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Held while a plan is built, so that others wait for it instead of building the same.
 *
 * <p>The system lets a lock go when its process ends, however it ends; the file stays behind and
 * means nothing by itself. Where the file system has no locks, builds run side by side: each moves
 * a whole plan into place, and the last one stays.
 */
final class BuildLock implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(BuildLock.class);

    private static final long POLL_MILLISECONDS = 100;

    private final FileChannel channel;
    private final Optional<FileLock> lock;

    private BuildLock(FileChannel channel, Optional<FileLock> lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Waits for the lock.
     *
     * @param file the lock's file, to be made
     * @throws PlanFileException if it can't be made
     * @throws InterruptedIOException if the thread is interrupted while it waits
     */
    static BuildLock of(Path file) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new PlanFileException(
                    file,
                    "can't be written ("
                            + e.getMessage()
                            + "); name another folder with the option cache",
                    e);
        }
        try {
            return new BuildLock(channel, lock(channel, file));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Optional<FileLock> lock(FileChannel channel, Path file)
            throws InterruptedIOException {
        boolean told = false;
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return Optional.of(lock);
                }
            } catch (OverlappingFileLockException e) {
                // Another thread of this process holds it, which the system does not wait for.
                logger.trace("{} is held in this process", file, e);
            } catch (IOException e) {
                logger.warn("{} can't be locked ({}); building without", file, e.getMessage());
                return Optional.empty();
            }
            if (!told) {
                told = true;
                logger.info("waiting for the plan that another builds: {}", file);
            }
            try {
                Thread.sleep(POLL_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException failure =
                        new InterruptedIOException("interrupted while waiting for " + file);
                failure.initCause(e);
                throw failure;
            }
        }
    }

    /** Whether the file system has locks. */
    boolean held() {
        return lock.isPresent();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
