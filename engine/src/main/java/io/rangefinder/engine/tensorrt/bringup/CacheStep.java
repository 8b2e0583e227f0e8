package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;
import java.util.Optional;

/** Room for the libraries in javacpp's cache, or the libraries themselves. */
final class CacheStep implements Step {

    static final String OTHER_FOLDER =
            "another folder can be named with -Dorg.bytedeco.javacpp.cachedir=FOLDER";

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public Rung climb(Machine machine, int device) {
        LibraryCache cache = machine.cache();
        long missing = cache.missingBytes();
        if (missing == 0) {
            return Rung.passed(name(), cache.folder() + " holds all libraries");
        }
        Optional<String> unwritable = cache.unwritable();
        if (unwritable.isPresent()) {
            return Rung.failed(
                    name(),
                    "libraries cannot be extracted to " + cache.folder() + ", " + unwritable.get(),
                    "make it readable and writable; " + OTHER_FOLDER);
        }
        if (cache.freeBytes() < missing) {
            return Rung.failed(
                    name(),
                    "the libraries need "
                            + megabytes(missing)
                            + " more in "
                            + cache.folder()
                            + " and its disk has "
                            + megabytes(cache.freeBytes()),
                    "make room; " + OTHER_FOLDER);
        }
        return Rung.passed(
                name(), cache.folder() + " has room for " + megabytes(missing) + " of libraries");
    }

    static String megabytes(long bytes) {
        return (bytes + 999_999) / 1_000_000 + " MB";
    }
}
