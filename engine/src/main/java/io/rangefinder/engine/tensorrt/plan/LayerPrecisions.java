package io.rangefinder.engine.tensorrt.plan;

import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.tensorrt.plan.network.Build;
import io.rangefinder.engine.tensorrt.plan.network.BuildFlag;
import io.rangefinder.inspector.ranges.NetworkDescription;
import io.rangefinder.inspector.ranges.NetworkLayer;
import io.rangefinder.inspector.ranges.RangeAssignment;
import io.rangefinder.inspector.ranges.RangePropagation;
import io.rangefinder.inspector.ranges.TensorRange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What each layer of a network is to compute in: decided from its description, then told to
 * TensorRT.
 *
 * @param network the network
 * @param ranges each tensor's range; none in explicit mode
 * @param pinned positions of the layers that the user pinned to float
 * @param bounded positions of the layers that touch a tensor whose range is a mere bound
 * @param reasons why layers stay in float, by their names
 */
record LayerPrecisions(
        NetworkDescription network,
        RangeAssignment ranges,
        Set<Integer> pinned,
        Set<Integer> bounded,
        Map<String, String> reasons) {

    static LayerPrecisions of(
            NetworkDescription network,
            OnnxModel model,
            DynamicRanges given,
            PlanOptions options,
            PinnedLayers pinned) {
        boolean quantized = network.layers().stream().anyMatch(l -> l.type().equals("QUANTIZE"));
        RangeAssignment ranges = new RangeAssignment(Map.of(), List.of());
        Map<String, String> reasons = new LinkedHashMap<>();
        if (options.mode() == PlanMode.EXPLICIT) {
            if (!quantized) {
                throw new PlanBuildException(
                        model.source()
                                + " has no Q/DQ, which mode explicit takes its scales from;"
                                + " quantize it, or build in mode implicit with its ranges");
            }
            reasons.putAll(FloatReasons.explicit(network));
        } else {
            if (quantized) {
                throw new PlanBuildException(
                        model.source()
                                + " has Q/DQ, beside which TensorRT takes no ranges; build it in"
                                + " mode explicit, or give the float model");
            }
            ranges = assign(network, model, given);
            reasons.putAll(FloatReasons.implicit(network, ranges));
        }
        Set<Integer> byUser = new TreeSet<>();
        Set<Integer> byBound = new TreeSet<>();
        for (int i = 0; i < network.layers().size(); i++) {
            NetworkLayer layer = network.layers().get(i);
            if (isConstraintIgnored(layer) || !givesFloat(network, layer)) {
                continue;
            }
            if (pinned.contains(layer)) {
                byUser.add(i);
                reasons.put(layer.name(), "pinned to float");
            } else if (ranges.belongsInFloat(layer)) {
                byBound.add(i);
            }
        }
        return new LayerPrecisions(network, ranges, byUser, byBound, reasons);
    }

    private static RangeAssignment assign(
            NetworkDescription network, OnnxModel model, DynamicRanges given) {
        Map<String, Double> amax = new LinkedHashMap<>();
        given.asMap().forEach((name, range) -> amax.put(name, range.amax()));
        RangeAssignment ranges = RangePropagation.propagate(network, amax);
        if (ranges.tensors(TensorRange.Origin.GIVEN).isEmpty()) {
            throw new PlanBuildException(
                    "none of the "
                            + amax.size()
                            + " ranges is for a tensor of "
                            + model.source()
                            + "; capture ranges of this model");
        }
        return ranges;
    }

    /** Q/DQ and constants take no precision: they are what they are. */
    private static boolean isConstraintIgnored(NetworkLayer layer) {
        return Set.of("QUANTIZE", "DEQUANTIZE", "CONSTANT", "SHAPE").contains(layer.type());
    }

    private static boolean givesFloat(NetworkDescription network, NetworkLayer layer) {
        return layer.outputs().stream().anyMatch(o -> network.tensors().get(o).isFloat());
    }

    void apply(Build build, boolean fp16) {
        build.setFlag(BuildFlag.INT8);
        if (fp16) {
            build.setFlag(BuildFlag.FP16);
        }
        ranges.ranges()
                .forEach(
                        (tensor, range) -> {
                            float amax = (float) range.amax();
                            if (!build.setDynamicRange(tensor, -amax, amax)) {
                                throw new PlanBuildException(
                                        "TensorRT refuses the range "
                                                + amax
                                                + " of tensor '"
                                                + tensor
                                                + "'");
                            }
                        });
        for (int layer : pinned) {
            build.setFloatPrecision(layer);
            List<String> outputs = network.layers().get(layer).outputs();
            for (int o = 0; o < outputs.size(); o++) {
                if (network.tensors().get(outputs.get(o)).isFloat()) {
                    build.setFloatOutput(layer, o);
                }
            }
        }
        bounded.forEach(build::setFloatPrecision);
        // Not kOBEY, under which one layer without such a tactic ends the whole build; the report
        // tells what became of each.
        if (!pinned.isEmpty() || !bounded.isEmpty()) {
            build.setFlag(BuildFlag.PREFER_PRECISION_CONSTRAINTS);
        }
    }

    /** The tensors whose range is missing or a mere bound. */
    List<String> tensorsInFloat() {
        return Stream.concat(
                        ranges.missing().stream(),
                        ranges.tensors(TensorRange.Origin.BOUNDED).stream())
                .toList();
    }
}
