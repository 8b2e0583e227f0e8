package io.rangefinder.engine.backend;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.backend.spi.ModelAndRanges;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.options.EngineOptions;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles a model with its ranges, once, and loads it into the backend that is chosen. Safe for
 * use from several threads.
 */
public final class CompilingLoader implements BackendLoader {

    private static final Logger logger = LoggerFactory.getLogger(CompilingLoader.class);

    private final Backends backends;
    private final AtomicBoolean remarked = new AtomicBoolean();

    /**
     * A loader.
     *
     * @param backends what it chooses from
     */
    public CompilingLoader(Backends backends) {
        this.backends = backends;
    }

    @Override
    public LoadedModel load(Path file, Request request)
            throws IOException, MalformedModelException {
        EngineOptions options = request.options();
        ModelAndRanges model =
                new ModelAndRanges(
                        ModelFiles.find(file, options.onnx()),
                        ranges(file, options),
                        options.cache().orElseGet(CompiledCache::defaultFolder));
        BackendChoice chosen = backends.choose(request);
        if (chosen.remark().isPresent() && !remarked.getAndSet(true)) {
            logger.warn("{}", chosen.remark().get());
        }
        LoadedModel loaded = chosen.backend().load(model, request);
        logger.info("{} in INT8 on {}: {}", file, chosen, loaded.coverage());
        if (loaded.coverage().contains("\n")) {
            logger.warn("{}: {}", file, loaded.coverage().replace("\n", "; "));
        }
        return loaded;
    }

    private static DynamicRanges ranges(Path model, EngineOptions options) throws IOException {
        Path file = options.ranges().orElseGet(() -> ModelFiles.besides(model, ".ranges"));
        if (!Files.exists(file)) {
            throw new FileNotFoundException(
                    "ranges of "
                            + model
                            + " are not in "
                            + file
                            + "; capture them with the engine RangeCapture");
        }
        DynamicRanges ranges =
                options.rangesFormat().isPresent()
                        ? RangeFiles.read(file, options.rangesFormat().get())
                        : RangeFiles.read(file);
        return ranges.calledBy(options.call());
    }
}
