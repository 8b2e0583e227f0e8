package io.rangefinder.engine.tensorrt.plan;

import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.cache.ContentKey;
import io.rangefinder.engine.compile.CompiledBy;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.tensorrt.plan.network.Gpu;
import io.rangefinder.engine.tensorrt.plan.network.NativeFailureException;
import io.rangefinder.engine.tensorrt.plan.network.TensorRtDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans on disk, by the content that they were made from: the model, the ranges, the options, the
 * version of TensorRT, the build of Rangefinder, and the GPU.
 *
 * <p>Safe from several threads and processes. Who asks for a plan that another is building waits
 * and takes the other's; a builder that dies lets the next one build.
 */
public final class PlanCache {

    private static final Logger logger = LoggerFactory.getLogger(PlanCache.class);

    private final Path folder;

    /**
     * A cache in a folder.
     *
     * @param folder where plans are kept; made when it is needed
     */
    public PlanCache(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * Gives a plan, building it if it is not there, or if its files were damaged.
     *
     * @param tensorRt TensorRT on the GPU that the plan is for
     * @param model the model, as {@link PlanBuilder#build} takes it
     * @param ranges the ranges, as {@link PlanBuilder#build} takes them
     * @param options how to build
     * @return the plan, whole
     * @throws PlanBuildException as {@link PlanBuilder#build} does
     * @throws InvalidOnnxException if the model is malformed
     * @throws PlanFileException if the folder can't be made, read or written, or the disk is full
     * @throws IOException if another file, such as the timing cache, can't be used
     */
    public Plan get(
            TensorRtDevice tensorRt, OnnxModel model, DynamicRanges ranges, PlanOptions options)
            throws IOException, InvalidOnnxException {
        AtomicFile.removeLeftovers(folder);
        Path file = folder.resolve(key(tensorRt, model, ranges, options) + ".trt");
        Optional<Plan> there = find(file);
        if (there.isPresent()) {
            return there.get();
        }
        makeFolder();
        try (BuildLock lock = BuildLock.of(file.resolveSibling(file.getFileName() + ".lock"))) {
            logger.debug("{} is locked: {}", file, lock.held());
            // Whoever held the lock before may have built it.
            Optional<Plan> others = find(file);
            return others.isPresent()
                    ? others.get()
                    : build(tensorRt, model, ranges, options, file);
        }
    }

    private Plan build(
            TensorRtDevice tensorRt,
            OnnxModel model,
            DynamicRanges ranges,
            PlanOptions options,
            Path file)
            throws IOException, InvalidOnnxException {
        if (!Files.isWritable(folder)) {
            // Said before a build of minutes, not after it.
            throw new PlanFileException(
                    folder, "can't be written; name another folder with the option cache");
        }
        try {
            return new PlanBuilder(tensorRt).build(model, ranges, options, file);
        } catch (PlanFileException e) {
            throw e;
        } catch (IOException e) {
            throw new PlanFileException(
                    folder,
                    "a plan can't be kept there ("
                            + e.getMessage()
                            + "); make room, or name another folder with the option cache",
                    e);
        }
    }

    private static Optional<Plan> find(Path file) throws IOException {
        if (!Files.exists(Plan.descriptionOf(file))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Plan.read(file));
        } catch (PlanFileException | NoSuchFileException e) {
            logger.warn("building a plan anew: {}", e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new PlanFileException(
                    file, "can't be read (" + e.getMessage() + "); change its permissions", e);
        }
    }

    private void makeFolder() throws PlanFileException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new PlanFileException(
                    folder,
                    "can't be made ("
                            + e.getMessage()
                            + "); name another folder with the option cache",
                    e);
        }
    }

    private static String key(
            TensorRtDevice tensorRt, OnnxModel model, DynamicRanges ranges, PlanOptions options) {
        ContentKey key =
                new ContentKey()
                        .add(CompiledBy.digest())
                        .add(tensorRt.version())
                        .add(gpu(tensorRt))
                        .add(options.ofPlan())
                        .add(ranges.provenance());
        for (Map.Entry<String, DynamicRange> range : new TreeMap<>(ranges.asMap()).entrySet()) {
            key.add(range.getKey()).add(range.getValue());
        }
        return key.add(model.toBytes()).hex();
    }

    private static Gpu gpu(TensorRtDevice tensorRt) {
        try {
            return tensorRt.gpu();
        } catch (NativeFailureException e) {
            throw new PlanBuildException("the GPU can't be told: " + e.getMessage(), e);
        }
    }
}
