package io.rangefinder.engine.cache;

import ai.djl.util.Utils;
import java.nio.file.Path;

/** Where Rangefinder keeps what it can make again. Stateless. */
public final class CacheFolder {

    private CacheFolder() {}

    /**
     * The folder beside DJL's other caches: {@code ~/.djl.ai/cache/rangefinder} unless {@code
     * DJL_CACHE_DIR} says otherwise.
     *
     * @return the folder, which need not exist
     */
    public static Path path() {
        return Utils.getCacheDir().resolve("cache").resolve("rangefinder");
    }
}
