package io.rangefinder.engine.tensorrt.plan;

import com.google.gson.JsonParseException;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.engine.cache.ContentKey;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.tensorrt.plan.network.Build;
import io.rangefinder.engine.tensorrt.plan.network.EngineFacts;
import io.rangefinder.engine.tensorrt.plan.network.Gpu;
import io.rangefinder.engine.tensorrt.plan.network.NativeFailureException;
import io.rangefinder.engine.tensorrt.plan.network.TensorRtDevice;
import io.rangefinder.engine.tensorrt.plan.report.InspectorJson;
import io.rangefinder.engine.tensorrt.plan.report.LayerReport;
import io.rangefinder.engine.tensorrt.plan.report.PlanReport;
import io.rangefinder.inspector.ranges.NetworkDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds plans. A build takes from seconds to many minutes and the whole GPU; builds of one process
 * wait for each other. Safe from any thread.
 */
public final class PlanBuilder {

    private static final Logger logger = LoggerFactory.getLogger(PlanBuilder.class);

    private final TensorRtDevice tensorRt;

    /**
     * A builder on a GPU.
     *
     * @param tensorRt TensorRT, brought up on it
     */
    public PlanBuilder(TensorRtDevice tensorRt) {
        this.tensorRt = Objects.requireNonNull(tensorRt, "tensorRt");
    }

    /**
     * Builds a plan and writes it with its description beside it.
     *
     * @param model in explicit mode a model with Q/DQ, in implicit mode a float one
     * @param ranges in implicit mode ranges by name of the ONNX tensors; in both the lengths of the
     *     inputs' axes as seen, where the model leaves them open
     * @param options how to build
     * @param target the file to write; its folder exists
     * @return the plan
     * @throws PlanBuildException if TensorRT rejects the model, a range or an option, or builds
     *     nothing
     * @throws InvalidOnnxException if the model is malformed
     * @throws IOException if a file can't be read or written
     */
    public Plan build(OnnxModel model, DynamicRanges ranges, PlanOptions options, Path target)
            throws IOException, InvalidOnnxException {
        OnnxModel fixed = FixedShapes.in(model, ranges.provenance().inputs(), options);
        PinnedLayers pinned = new PinnedLayers(fixed, options.floatLayers());
        if (!pinned.unknown().isEmpty()) {
            logger.warn("{} has no layers {} to keep in float", model.source(), pinned.unknown());
        }
        try {
            return build(fixed, ranges, options, pinned, target);
        } catch (NativeFailureException e) {
            throw new PlanBuildException(
                    "TensorRT built no plan of " + model.source() + ": " + e.getMessage(), e);
        }
    }

    private Plan build(
            OnnxModel model,
            DynamicRanges ranges,
            PlanOptions options,
            PinnedLayers pinned,
            Path target)
            throws NativeFailureException, IOException {
        Gpu gpu = tensorRt.gpu();
        byte[] bytes;
        LayerPrecisions precisions;
        TimingCacheFile timing = new TimingCacheFile(options.timingCache());
        Optional<byte[]> times;
        try (Build build = tensorRt.begin()) {
            requireInt8(build, gpu);
            NetworkDescription network = parse(build, model);
            precisions = LayerPrecisions.of(network, model, ranges, options, pinned);
            precisions.apply(build, options.fp16());
            BuildSettings.apply(build, options, gpu);
            timing.load(build);
            logger.info("building a plan of {} on {}: {}", model.source(), gpu, options);
            bytes = build.build();
            times = build.timingCache();
        }
        EngineFacts facts = tensorRt.inspect(bytes);
        PlanReport report =
                new PlanReport(
                        layers(facts, precisions),
                        precisions.tensorsInFloat(),
                        List.copyOf(pinned.unknown()));
        Plan plan =
                Plan.write(
                        target,
                        bytes,
                        new PlanDescription(
                                RangefinderVersion.current(),
                                tensorRt.version(),
                                gpu,
                                options.ofPlan().toString(),
                                bytes.length,
                                new ContentKey().add(bytes).hex(),
                                facts.deviceMemoryBytes(),
                                facts.bindings(),
                                report));
        // Last: if the times can't be kept, the plan that took minutes is.
        timing.save(times);
        return plan;
    }

    private static void requireInt8(Build build, Gpu gpu) {
        if (!build.hasFastInt8()) {
            throw new PlanBuildException(
                    gpu + " does not compute in INT8; use one of compute capability 6.1 or later");
        }
    }

    private static NetworkDescription parse(Build build, OnnxModel model) {
        List<String> problems = build.parse(model.toBytes());
        if (!problems.isEmpty()) {
            throw new PlanBuildException(
                    "TensorRT's parser rejects "
                            + model.source()
                            + ": "
                            + String.join("; ", problems));
        }
        NetworkDescription network = build.describe();
        for (String input : network.inputs()) {
            if (network.tensors().get(input).shape().contains(-1L)) {
                throw new PlanBuildException(
                        "input '"
                                + input
                                + "' of "
                                + model.source()
                                + " varies in TensorRT's network: "
                                + network.tensors().get(input).shape());
            }
        }
        return network;
    }

    /** The report is for people: one that can't be read is no reason to throw the plan away. */
    private static List<LayerReport> layers(EngineFacts facts, LayerPrecisions precisions) {
        try {
            return InspectorJson.read(facts.layersJson(), precisions.reasons());
        } catch (JsonParseException e) {
            logger.warn(
                    "the plan's layers are not reported: TensorRT's engine inspector printed no"
                            + " JSON of them ({})",
                    e.getMessage());
            return List.of();
        }
    }
}
