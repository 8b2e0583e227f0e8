package io.rangefinder.engine.compile;

import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.engine.cache.BuildDigest;
import io.rangefinder.engine.cache.ContentKey;
import io.rangefinder.engine.export.operators.OperatorTable;
import java.util.List;

/** Which build of Rangefinder this is, for all that is kept on disk. */
public final class CompiledBy {

    private static final String DIGEST = withCustomOperators();

    private CompiledBy() {}

    private static String withCustomOperators() {
        String rangefinder =
                BuildDigest.of(
                        "io/rangefinder",
                        RangefinderVersion.current(),
                        RangefinderVersion.class,
                        RangeCapture.class,
                        CompiledBy.class);
        List<Class<?>> custom = OperatorTable.standard().origins();
        if (custom.isEmpty()) {
            return rangefinder;
        }
        ContentKey key = new ContentKey().add(rangefinder);
        for (Class<?> type : custom) {
            String folder = type.getPackageName().replace('.', '/');
            key.add(BuildDigest.of(folder, type.getName(), type));
        }
        return key.hex();
    }

    /**
     * The digest of the classes and resources of the modules {@code ranges}, {@code capture} and
     * {@code engine}, and of an application's operators.
     *
     * @return 64 hex digits, other ones after any change of code; computed once a process
     */
    public static String digest() {
        return DIGEST;
    }
}
