package io.rangefinder.engine.compile;

import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.capture.source.Providers;
import io.rangefinder.engine.cache.BuildDigest;
import io.rangefinder.engine.cache.ContentKey;
import io.rangefinder.engine.export.Frontend;
import io.rangefinder.engine.export.operators.OperatorTable;
import java.util.stream.Stream;

/** Which build of Rangefinder this is, for all that is kept on disk. */
public final class CompiledBy {

    private static final String DIGEST = withApplications();

    private CompiledBy() {}

    private static String withApplications() {
        String rangefinder =
                BuildDigest.of(
                        "io/rangefinder",
                        RangefinderVersion.current(),
                        RangefinderVersion.class,
                        RangeCapture.class,
                        CompiledBy.class);
        ContentKey key = new ContentKey().add(rangefinder);
        Stream.concat(
                        OperatorTable.standard().origins().stream(),
                        Providers.of(Frontend.class).stream().map(Object::getClass))
                .forEach(
                        type -> {
                            String folder = type.getPackageName().replace('.', '/');
                            key.add(BuildDigest.of(folder, type.getName(), type));
                        });
        return key.hex();
    }

    /**
     * The digest of the classes and resources of the modules {@code ranges}, {@code capture} and
     * {@code engine}, and of an application's operators and frontends.
     *
     * @return 64 hex digits, other ones after any change of code; computed once a process
     */
    public static String digest() {
        return DIGEST;
    }
}
