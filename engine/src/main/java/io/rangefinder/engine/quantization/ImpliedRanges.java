package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ranges of what is put together of tensors that have one. A tensor that is written part by part
 * ({@code y[:, :8] = a}) is seen while it is made and as its parts, never as a whole: the export
 * makes it a Concat.
 */
final class ImpliedRanges {

    private ImpliedRanges() {}

    /**
     * Adds the range of each Concat that a layer reads and that has none: the greatest of its
     * parts'. What is joined on the way to another tensor that is seen needs none, and Q/DQ there
     * would be left over (circular padding).
     *
     * @param graph the model
     * @param ranges what was captured; where it says that a tensor has no range, that stays
     * @return these, and what follows from them
     */
    static DynamicRanges of(OnnxGraph graph, DynamicRanges ranges) throws InvalidOnnxException {
        Map<String, Double> known = new HashMap<>();
        Map<String, Double> joined = new HashMap<>();
        for (NodeProto.Builder node : graph.topologicalOrder()) {
            boolean joins = Nodes.is(node, "Concat");
            if (!joins && !OperatorSet.MOVING.contains(node)) {
                continue;
            }
            List<String> parts = joins ? node.getInputList() : node.getInputList().subList(0, 1);
            double amax = 0;
            for (String part : parts) {
                // NaN stays NaN: of one part nothing is known.
                amax = Math.max(amax, amax(graph, ranges, known, part));
            }
            for (String output : node.getOutputList()) {
                known.put(output, amax);
                boolean isRange = (float) (amax / DynamicRange.LEVELS) > 0;
                if (joins
                        && isRange
                        && !ranges.tensors().containsKey(output)
                        && isReadByLayer(graph, output)) {
                    joined.put(output, amax);
                }
            }
        }
        if (joined.isEmpty()) {
            return ranges;
        }
        DynamicRanges.Builder all = DynamicRanges.builder().optProvenance(ranges.provenance());
        ranges.tensors()
                .forEach(
                        (name, range) ->
                                range.ifPresentOrElse(
                                        r -> all.add(name, r), () -> all.addWithoutRange(name)));
        joined.forEach((name, amax) -> all.add(name, new DynamicRange(amax)));
        return all.build();
    }

    private static boolean isReadByLayer(OnnxGraph graph, String tensor) {
        return graph.consumers(tensor).stream()
                .anyMatch(r -> WeightedOperator.is(r) && r.getInput(0).equals(tensor));
    }

    private static double amax(
            OnnxGraph graph, DynamicRanges ranges, Map<String, Double> known, String tensor) {
        Optional<Double> captured = ranges.get(tensor).map(DynamicRange::amax);
        if (captured.isPresent()) {
            return captured.get();
        }
        return graph.constant(tensor)
                .filter(Tensors::isFloat)
                .map(t -> greatest(Tensors.floats(t)))
                .orElseGet(() -> known.getOrDefault(tensor, Double.NaN));
    }

    private static double greatest(float[] values) {
        double greatest = 0;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs((double) value));
        }
        return Double.isInfinite(greatest) ? Double.NaN : greatest;
    }
}
