package io.rangefinder.engine.match;

import io.rangefinder.capture.ranges.DynamicRanges;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which hook points an ONNX model's tensors are. Immutable.
 *
 * @param hooks the hook points of each ONNX tensor that has any, the closest in value first; one
 *     tensor may be several (a block's output and its last Relu's), and one hook point several
 *     tensors (before and after a Reshape)
 * @param hooksWithoutTensor the hook points that are no tensor of the ONNX model: a convolution
 *     whose batch normalization was folded into it, for example
 * @param tensorsWithoutHook the ONNX tensors that are no hook point: those of float32 if values
 *     were compared, all that nodes make if names sufficed
 */
public record Matching(
        Map<String, List<String>> hooks,
        Set<String> hooksWithoutTensor,
        Set<String> tensorsWithoutHook) {

    /**
     * Copies.
     *
     * @param hooks the hook points of each ONNX tensor
     * @param hooksWithoutTensor the hook points that are no tensor
     * @param tensorsWithoutHook the tensors that are no hook point
     */
    public Matching {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        hooks.forEach((tensor, names) -> copy.put(tensor, List.copyOf(names)));
        hooks = Collections.unmodifiableMap(copy);
        hooksWithoutTensor = Collections.unmodifiableSet(new LinkedHashSet<>(hooksWithoutTensor));
        tensorsWithoutHook = Collections.unmodifiableSet(new LinkedHashSet<>(tensorsWithoutHook));
    }

    /**
     * Ranges by ONNX tensor.
     *
     * @param byHook ranges by hook point
     * @return the range of each ONNX tensor: that of its closest hook point that has one
     */
    public DynamicRanges toTensors(DynamicRanges byHook) {
        DynamicRanges.Builder byTensor = DynamicRanges.builder().optProvenance(byHook.provenance());
        hooks.forEach(
                (tensor, names) ->
                        names.stream()
                                .flatMap(name -> byHook.get(name).stream())
                                .findFirst()
                                .ifPresentOrElse(
                                        range -> byTensor.add(tensor, range),
                                        () -> byTensor.addWithoutRange(tensor)));
        return byTensor.build();
    }
}
