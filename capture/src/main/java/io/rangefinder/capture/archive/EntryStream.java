package io.rangefinder.capture.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The unpacked bytes of an entry. When they can't be unpacked, it says of which file and entry. */
final class EntryStream extends FilterInputStream {

    /** Reads some bytes. */
    @FunctionalInterface
    private interface Read<T> {

        T run() throws IOException;
    }

    private final Path file;
    private final String entry;

    private EntryStream(Path file, String entry, InputStream in) {
        super(in);
        this.file = file;
        this.entry = entry;
    }

    static InputStream open(Path file, ZipFile zip, ZipArchiveEntry entry) throws IOException {
        String name = entry.getName();
        return new EntryStream(file, name, explained(file, name, () -> zip.getInputStream(entry)));
    }

    @Override
    public int read() throws IOException {
        return explained(file, entry, super::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return explained(file, entry, () -> super.read(bytes, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
        return explained(file, entry, () -> super.skip(count));
    }

    private static <T> T explained(Path file, String entry, Read<T> read) throws IOException {
        try {
            return read.run();
        } catch (IOException e) {
            ZipException explained =
                    new ZipException(
                            file
                                    + " is damaged: "
                                    + entry
                                    + " can't be unpacked ("
                                    + e.getMessage()
                                    + "); copy it again");
            explained.initCause(e);
            throw explained;
        }
    }
}
