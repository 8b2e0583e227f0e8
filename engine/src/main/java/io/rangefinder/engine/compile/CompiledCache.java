package io.rangefinder.engine.compile;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.cache.CacheFolder;
import io.rangefinder.engine.cache.ContentKey;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * INT8 models on disk, by the content that they were made from: the model's files, the ranges, the
 * options and the build of Rangefinder. Safe from several threads and processes: what two compile
 * at once is the same, and each writes it whole.
 */
public final class CompiledCache {

    private final Path folder;

    /**
     * A cache in a folder.
     *
     * @param folder where models are kept; made when it is needed
     */
    public CompiledCache(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * The folder beside DJL's other caches: {@code ~/.djl.ai/cache/rangefinder} unless {@code
     * DJL_CACHE_DIR} says otherwise.
     *
     * @return the default folder
     */
    public static Path defaultFolder() {
        return CacheFolder.path();
    }

    /**
     * An INT8 model on disk.
     *
     * @param file the model
     * @param coverage what became of each layer, for people
     */
    public record Entry(Path file, String coverage) {}

    /**
     * Gives the compiled model, compiling it if it is not there.
     *
     * @param files the model
     * @param ranges its ranges
     * @param options how to quantize
     * @return the INT8 model
     * @throws MalformedModelException as {@link Int8Compiler#compile} does
     * @throws IOException if a file can't be read, or the cache can't be written
     */
    public Entry get(ModelFiles files, DynamicRanges ranges, QuantizationOptions options)
            throws IOException, MalformedModelException {
        AtomicFile.removeLeftovers(folder);
        String key = key(files, ranges, options);
        Path file = folder.resolve(key + ".onnx");
        Path coverage = folder.resolve(key + ".txt");
        // The coverage is written last: where it is, the model is whole.
        if (!Files.isRegularFile(coverage) || !Files.isRegularFile(file)) {
            QuantizedModel quantized =
                    Int8Compiler.compile(files, ranges, Optional.empty(), options);
            makeFolder();
            quantized.model().write(file);
            byte[] text = quantized.coverage().toText().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(coverage, out -> out.write(text));
        }
        return new Entry(file, Files.readString(coverage));
    }

    private void makeFolder() throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException(
                    "cannot make the cache folder "
                            + folder
                            + " ("
                            + e.getMessage()
                            + "); name another with the option cache",
                    e);
        }
    }

    private static String key(ModelFiles files, DynamicRanges ranges, QuantizationOptions options)
            throws IOException, MalformedModelException {
        ContentKey key =
                new ContentKey().add(CompiledBy.digest()).add(options).add(ranges.provenance());
        for (Map.Entry<String, DynamicRange> range : ranges.asMap().entrySet()) {
            key.add(range.getKey()).add(range.getValue());
        }
        if (files.onnx().isPresent()) {
            // With its external data, wherever that is.
            key.add(OnnxModel.read(files.onnx().get()).toBytes());
        }
        if (files.source().isPresent()) {
            key.add(files.source().get().digest());
        }
        return key.hex();
    }
}
