package io.rangefinder.capture.files;

import java.io.IOException;
import java.nio.file.Path;

/** A file is larger than what its reader takes. */
public final class FileTooLargeException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * Says which file and what the limit is.
     *
     * @param file the file
     * @param limit the limit in bytes
     */
    public FileTooLargeException(Path file, long limit) {
        super(
                String.format(
                        "%s is larger than %.0f MiB (%d bytes), the most that is read here; is it"
                                + " the right file?",
                        file, limit / 1048576.0, limit));
    }
}
