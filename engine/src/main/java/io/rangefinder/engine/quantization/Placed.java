package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a placement of Q/DQ has to say.
 *
 * @param missingRanges the tensors between layers that would be quantized with a range
 * @param ownRanges the tensors that keep a narrower range than others of the same values
 * @param leftInFloat the layers that were given and stay in float, and why
 * @param computedInFloat the layers that compute in float what INT8 gives, by name
 */
record Placed(
        Set<String> missingRanges,
        List<CoverageReport.OwnRange> ownRanges,
        Map<NodeProto.Builder, LeftInFloat> leftInFloat,
        Set<String> computedInFloat) {}
