package io.rangefinder.engine.check;

import io.rangefinder.engine.onnx.OnnxModel;
import java.util.Comparator;
import java.util.List;

/**
 * Says what TensorRT would not take of a model, or would not run in INT8, without TensorRT.
 *
 * <p>It knows the ONNX parsers of TensorRT 8.4, 8.6 and 10 by their sources (<a
 * href="https://github.com/onnx/onnx-tensorrt">onnx-tensorrt</a>) and the placement of Q/DQ by
 * NVIDIA's <a href="https://docs.nvidia.com/deeplearning/tensorrt/">documentation</a>; each rule
 * names its source. No finding is no promise: the parser also infers shapes, which this does not.
 * Stateless; takes milliseconds. A model without Q/DQ is checked for what the parser takes only.
 */
public final class ModelChecker {

    /** In the order of findings. A rule more is a line more. */
    private static final List<Rule> RULES =
            List.of(
                    new GraphRule(),
                    new OpsetRule(),
                    new OperatorRule(),
                    new ShapeRule(),
                    new TypeRule(),
                    new IntegerRangeRule(),
                    new AttributeRule(),
                    new ConstantInputRule(),
                    new InfiniteBoundRule(),
                    new ScaleRule(),
                    new ZeroPointRule(),
                    new PairRule(),
                    new DoublePairRule(),
                    new ChannelAxisRule(),
                    new Int8WeightRule(),
                    new BiasRule(),
                    new LayerRule(),
                    new FusionRule(),
                    new OutputRule());

    private ModelChecker() {}

    /**
     * Checks a model.
     *
     * @param model the model, in INT8 or float; may be from anywhere
     * @param version the TensorRT that is to take it
     * @return what is wrong, errors first; at most a thousand findings and a last one that says so
     */
    public static List<Finding> check(OnnxModel model, TensorRtVersion version) {
        Findings findings = new Findings();
        List<GraphView> graphs = GraphView.of(model, version);
        for (Rule rule : RULES) {
            findings.begin(rule);
            for (GraphView graph : graphs) {
                if (!findings.isFull()) {
                    rule.check(graph, findings);
                }
            }
        }
        return findings.findings().stream()
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
    }
}
