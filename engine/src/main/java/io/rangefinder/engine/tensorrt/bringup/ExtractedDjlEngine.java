package io.rangefinder.engine.tensorrt.bringup;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** DJL's engine, which extracts its library to DJL's cache and trusts what is there already. */
final class ExtractedDjlEngine implements DjlEngine {

    private static final String ENGINE = "TensorRT";

    @Override
    public String start() throws BrokenRungException {
        checkExtracted();
        try {
            return Engine.getEngine(ENGINE).getVersion();
        } catch (EngineException | IllegalArgumentException | LinkageError e) {
            throw new BrokenRungException(
                    "DJL's TensorRT engine does not start (" + reason(e) + ")",
                    "see that DJL_CACHE_DIR is a folder that this user can write",
                    e);
        }
    }

    /** Where DJL's LibUtils puts it; a file cut short would end the JVM. */
    private static void checkExtracted() throws BrokenRungException {
        Platform platform = Platform.detectPlatform("tensorrt");
        Path file =
                Utils.getEngineCacheDir("tensorrt")
                        .resolve(platform.getVersion() + '-' + platform.getClassifier())
                        .resolve("libdjl_trt.so");
        if (!Files.exists(file)) {
            return;
        }
        try {
            ElfFile.read(file);
        } catch (IOException e) {
            throw new BrokenRungException(
                    "DJL's extracted library is damaged: " + e.getMessage(),
                    "delete " + file + " and start again",
                    e);
        }
    }

    private static String reason(Throwable e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : reason(e.getCause());
    }
}
