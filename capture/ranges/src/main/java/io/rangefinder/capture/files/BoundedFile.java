package io.rangefinder.capture.files;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens a file for reading up to a limit, so that a wrong or hostile file costs an error and not
 * the memory.
 */
public final class BoundedFile {

    private BoundedFile() {}

    /**
     * Opens a file.
     *
     * @param file the file
     * @param limit the greatest number of bytes it may have
     * @return a buffered stream, which throws {@link FileTooLargeException} when it gets beyond the
     *     limit: some files grow while they are read
     * @throws FileTooLargeException if the file is larger than the limit already
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it is a folder, a pipe or a device, or cannot be read
     */
    public static InputStream open(Path file, long limit) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder; name a file to read");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // Nobody may ever write into a pipe, and some devices never end.
            throw new IOException(file + " is a pipe or a device; name a file to read");
        }
        if (Files.size(file) > limit) {
            throw new FileTooLargeException(file, limit);
        }
        return new BufferedInputStream(new Bounded(file, Files.newInputStream(file), limit));
    }

    /** Counts what is read. */
    private static final class Bounded extends FilterInputStream {

        private final Path file;
        private final long limit;
        private long left;

        Bounded(Path file, InputStream in, long limit) {
            super(in);
            this.file = file;
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(count);
            count(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(long read) throws FileTooLargeException {
            left -= read;
            if (left < 0) {
                throw new FileTooLargeException(file, limit);
            }
        }
    }
}
