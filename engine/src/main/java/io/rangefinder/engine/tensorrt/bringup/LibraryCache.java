package io.rangefinder.engine.tensorrt.bringup;

import java.nio.file.Path;
import java.util.Optional;

/** The folder that javacpp extracts libraries to. */
interface LibraryCache {

    /** The folder, which need not exist yet. */
    Path folder();

    /** Why the folder cannot be made or written, or empty if it can. */
    Optional<String> unwritable();

    /** The bytes that the libraries which are not extracted yet will take. */
    long missingBytes();

    /** The bytes that can still be written to the folder. */
    long freeBytes();

    /**
     * Extracts a library unless it is there already.
     *
     * @return the file, which is whole and what its name says
     * @throws BrokenRungException if it cannot be written, or is not whole, or is another library
     */
    Path extract(NativeLibrary library) throws BrokenRungException;
}
