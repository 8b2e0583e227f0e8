package io.rangefinder.capture.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
 * <p>Safe from several threads and processes: the last to finish wins, with a whole file.
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
        Path aside = Files.createTempFile(folder, "." + file.getFileName() + "-", ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside))) {
                content.writeTo(out);
            }
            allowReading(aside);
            try {
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                // Some network file systems cannot: replacing is the best they offer.
                Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** Temporary files are private to their owner; what replaces a user's file is not. */
    private static void allowReading(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(
                        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
        }
    }
}
