package io.rangefinder.engine.backend.spi;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.quantization.QuantizationOptions;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a backend's model is made of.
 *
 * @param files the model
 * @param ranges its ranges
 * @param cache the folder that what is made is kept in
 */
public record ModelAndRanges(ModelFiles files, DynamicRanges ranges, Path cache) {

    /**
     * The INT8 model, with Q/DQ. It is compiled unless it is in the cache.
     *
     * @param options how to quantize, see {@link
     *     io.rangefinder.engine.options.EngineOptions#quantization}
     * @return the model's file, and what became of each layer
     * @throws IOException if a file can't be read, or the cache can't be written
     * @throws MalformedModelException if model and ranges do not fit
     */
    public CompiledCache.Entry quantized(QuantizationOptions options)
            throws IOException, MalformedModelException {
        return new CompiledCache(cache).get(files, ranges, options);
    }
}
