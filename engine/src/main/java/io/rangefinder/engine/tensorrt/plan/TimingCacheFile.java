package io.rangefinder.engine.tensorrt.plan;

import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.capture.files.BoundedFile;
import io.rangefinder.engine.tensorrt.plan.network.Build;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Times of tactics on disk. What one build learnt is there for the next, in any process. */
record TimingCacheFile(Optional<Path> file) {

    private static final Logger logger = LoggerFactory.getLogger(TimingCacheFile.class);

    private static final long MOST_BYTES = 1L << 30;

    void load(Build build) throws IOException {
        if (file.isEmpty()) {
            return;
        }
        byte[] times = new byte[0];
        if (Files.exists(file.get())) {
            try (InputStream in = BoundedFile.open(file.get(), MOST_BYTES)) {
                times = in.readAllBytes();
            } catch (IOException e) {
                throw unusable("read", e);
            }
        }
        if (times.length > 0 && !build.setTimingCache(times)) {
            logger.warn(
                    "the times in {} are another GPU's or another TensorRT's; taking them anew",
                    file.get());
            times = new byte[0];
        }
        if (times.length == 0 && !build.setTimingCache(times)) {
            throw new PlanBuildException("TensorRT takes no new timing cache");
        }
    }

    /** Keeps what the build has, if a file was named. */
    void save(Optional<byte[]> times) throws IOException {
        if (file.isEmpty() || times.isEmpty()) {
            return;
        }
        try {
            AtomicFile.write(file.get(), out -> out.write(times.get()));
        } catch (IOException e) {
            throw unusable("written", e);
        }
    }

    private PlanFileException unusable(String how, IOException e) {
        return new PlanFileException(
                file.orElseThrow(),
                "can't be "
                        + how
                        + " ("
                        + e.getMessage()
                        + "); name another file with the option timingCache",
                e);
    }
}
