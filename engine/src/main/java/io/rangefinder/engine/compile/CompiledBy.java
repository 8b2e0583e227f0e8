package io.rangefinder.engine.compile;

import io.rangefinder.capture.files.BuildDigest;
import io.rangefinder.capture.ranges.RangefinderVersion;

/** Which build of Rangefinder this is, for all that is kept on disk. */
public final class CompiledBy {

    private static final String DIGEST =
            BuildDigest.of(
                    "io/rangefinder",
                    RangefinderVersion.current(),
                    RangefinderVersion.class,
                    CompiledBy.class);

    private CompiledBy() {}

    /**
     * The digest of the classes and resources of the modules {@code capture} and {@code engine}.
     *
     * @return 64 hex digits, other ones after any change of code; computed once a process
     */
    public static String digest() {
        return DIGEST;
    }
}
