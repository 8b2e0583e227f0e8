package io.rangefinder.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at a file that is to be written before the work for it begins. */
public final class OutputFile {

    private OutputFile() {}

    /**
     * Makes sure that a file can be made, without touching it.
     *
     * @param file the file to make or to replace
     * @throws IOException if its folder is missing or read-only, or it is a folder itself
     */
    public static void requireWritable(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder; name a file to write");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(
                    "cannot write " + file + ": its folder does not exist; make it first");
        }
        if (!Files.isWritable(folder)) {
            throw new IOException(
                    "cannot write " + file + ": its folder is read-only; choose another");
        }
    }
}
