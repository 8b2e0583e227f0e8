package io.rangefinder.capture.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes a file aside and moves it into place, so that a reader sees the old file or the new one,
 * never half, and a failure leaves the old one as it was.
 *
 * <p>Safe from several threads and processes: the last to finish wins, with a whole file. What a
 * killed process leaves beside it is removed by the next one that writes to the folder.
 */
public final class AtomicFile {

    private AtomicFile() {}

    /** Writes a file's content. */
    @FunctionalInterface
    public interface Content {

        /**
         * Writes everything to the stream, which the caller closes.
         *
         * @param out a buffered stream
         * @throws IOException if writing fails; the target then stays as it was
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes {@code target}, whose folder must exist.
     *
     * @param target the file to make or to replace
     * @param content writes the content
     * @throws IOException if the folder is missing or read-only, the disk is full, or {@code
     *     content} fails; no temporary file is left behind then
     */
    public static void write(Path target, Content content) throws IOException {
        Path file = target.toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder; name a file to write");
        }
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(
                    "cannot write " + file + ": its folder does not exist; make it first");
        }
        PartFile.removeOwnLeftovers(folder);
        try (PartFile part = PartFile.of(file)) {
            try {
                // Not to be closed before the file is in place: that would let the lock go.
                OutputStream out =
                        new BufferedOutputStream(Channels.newOutputStream(part.channel()));
                content.writeTo(out);
                out.flush();
                allowReading(part.path());
                move(part.path(), file);
            } finally {
                Files.deleteIfExists(part.path());
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            // Some network file systems cannot: replacing is the best they offer.
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Removes what killed processes left half-written in a folder of Rangefinder's own, such as a
     * cache. What a living process writes stays. In other folders {@link #write} does so for its
     * own files.
     *
     * @param folder the folder, which need not exist
     */
    public static void removeLeftovers(Path folder) {
        PartFile.removeLeftovers(folder, ".*.part");
    }

    /** As a user's own files are, whatever the process' mask says of others. */
    private static void allowReading(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(
                        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
        }
    }
}
