package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One scale for quantized tensors that hold the same values, as far as it costs little.
 *
 * <p>TensorRT moves their Q to the tensor that they come from, the branches of a concatenation for
 * example. Two Q of one scale there become one, which a convolution does on writing
 * (HorizontalMergeQNodes); a second scale is left over as a layer, and DQ and Q of two scales that
 * meet as well (DqQFusion).
 *
 * <p>A tensor that takes a wider range than its own gives up accuracy for that. Rounding to steps
 * of {@code amax / 127} makes noise of {@code step² / 12}, so a range {@link #MOST_WIDENING} times
 * as wide makes 20 log10 of it, 6 dB, more: one bit of eight, what a weight gives up on processors
 * whose kernels saturate. Most is shared within that (a pooling, an activation, parts of one
 * tensor). Beyond it the loss has no bound, down to no signal at all, for one conversion that costs
 * the time of reading and writing the tensor once; so the tensor keeps its own range.
 */
final class SharedScales {

    /** How many times as wide as its own a tensor's range may become. */
    static final double MOST_WIDENING = 2;

    private final Map<String, Double> amaxes = new HashMap<>();
    private final List<CoverageReport.OwnRange> ownRanges = new ArrayList<>();

    SharedScales(OnnxGraph graph, QuantizedReads reads) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        Map<String, String> parents = parents(graph);
        for (String tensor : reads.byTensor().keySet()) {
            if (reads.hasBesideLinear(tensor)) {
                groups.computeIfAbsent(group(parents, tensor), g -> new ArrayList<>()).add(tensor);
            } else {
                amaxes.put(tensor, reads.amax(tensor));
            }
        }
        groups.values().forEach(tensors -> share(tensors, reads));
    }

    /** Whether one range may stand for another, of the same values or a part of them. */
    static boolean mayStandFor(double wide, double own) {
        return wide <= MOST_WIDENING * own;
    }

    /** The half-width of the range that a tensor's Q/DQ get. */
    double amax(String tensor) {
        return amaxes.get(tensor);
    }

    /** The tensors that keep a narrower range than others of the same values. */
    List<CoverageReport.OwnRange> ownRanges() {
        return ownRanges;
    }

    private void share(List<String> group, QuantizedReads reads) {
        List<String> widestFirst = new ArrayList<>(group);
        widestFirst.sort(Comparator.comparing(reads::amax).reversed());
        String widest = widestFirst.get(0);
        double shared = reads.amax(widest);
        for (String tensor : widestFirst) {
            double own = reads.amax(tensor);
            if (!mayStandFor(shared, own)) {
                shared = own;
            }
            amaxes.put(tensor, shared);
            if (shared < reads.amax(widest)) {
                ownRanges.add(
                        new CoverageReport.OwnRange(tensor, shared, widest, reads.amax(widest)));
            }
        }
    }

    private static Map<String, String> parents(OnnxGraph graph) {
        Map<String, String> parents = new HashMap<>();
        for (NodeProto.Builder node : graph.nodes()) {
            if (ValueKeeping.keepsValues(graph, node)) {
                String group = group(parents, node.getOutput(0));
                for (String tensor : node.getOutputList()) {
                    parents.put(group(parents, tensor), group);
                }
                for (String tensor : ValueKeeping.dataInputs(node)) {
                    parents.put(group(parents, tensor), group);
                }
            }
        }
        return parents;
    }

    private static String group(Map<String, String> parents, String tensor) {
        String group = tensor;
        while (!parents.getOrDefault(group, group).equals(group)) {
            group = parents.get(group);
        }
        parents.put(tensor, group);
        return group;
    }
}
