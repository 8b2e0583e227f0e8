package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.ProductKind;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the layers that can run in INT8, and says of the others why not. For one use. */
final class LayerFinder {

    private static final String PINNED = "pinned to float";

    private final OnnxGraph graph;
    private final DynamicRanges ranges;
    private final QuantizationOptions options;
    private final List<WeightedLayer> layers = new ArrayList<>();
    private final List<CoverageReport.Layer> report = new ArrayList<>();
    private final Set<String> missingRanges = new LinkedHashSet<>();
    private final Set<String> namesSeen = new LinkedHashSet<>();
    private final PooledVectors pooledVectors;
    private final Set<String> varying;

    LayerFinder(OnnxGraph graph, DynamicRanges ranges, QuantizationOptions options)
            throws InvalidOnnxException {
        this.graph = graph;
        this.ranges = ranges;
        this.options = options;
        varying = graph.varying();
        List<NodeProto.Builder> order = graph.topologicalOrder();
        pooledVectors = new PooledVectors(graph, order);
        for (NodeProto.Builder node : order) {
            look(node);
            Nodes.bodies(node).forEach(this::lookInside);
        }
    }

    /** The layers to quantize, in topological order. */
    List<WeightedLayer> layers() {
        return layers;
    }

    CoverageReport report(Placed placed) {
        Set<String> missing = new LinkedHashSet<>(missingRanges);
        missing.addAll(placed.missingRanges());
        Set<String> unknown = new LinkedHashSet<>(options.floatLayers());
        unknown.addAll(options.int8Layers());
        unknown.removeAll(namesSeen);
        return new CoverageReport(
                withReasons(placed),
                missing,
                unknown,
                placed.ownRanges(),
                placed.computedInFloat(),
                Set.of());
    }

    private List<CoverageReport.Layer> withReasons(Placed placed) {
        Map<String, LeftInFloat> reasons = new HashMap<>();
        placed.leftInFloat().forEach((node, why) -> reasons.put(Nodes.nameOf(node), why));
        return report.stream()
                .map(
                        l ->
                                l.leftInFloat().isEmpty() && reasons.containsKey(l.name())
                                        ? inFloat(l.name(), l.operator(), reasons.get(l.name()))
                                        : l)
                .toList();
    }

    private static CoverageReport.Layer inFloat(String name, String operator, LeftInFloat why) {
        return new CoverageReport.Layer(name, operator, Optional.of(why.reason()), why.byChoice());
    }

    private static CoverageReport.Layer layer(NodeProtoOrBuilder node, Optional<LeftInFloat> why) {
        String name = Nodes.nameOf(node);
        return why.map(w -> inFloat(name, node.getOpType(), w))
                .orElseGet(
                        () ->
                                new CoverageReport.Layer(
                                        name, node.getOpType(), Optional.empty(), false));
    }

    private void look(NodeProto.Builder node) {
        Optional<String> uncommon = UnquantizedLayers.reason(node, this::isFixed);
        if (uncommon.isPresent()) {
            namesSeen.add(Nodes.nameOf(node));
            namesSeen.addAll(node.getOutputList());
            String reason = options.wantsInFloat(node) ? PINNED : uncommon.get();
            report.add(layer(node, Optional.of(LeftInFloat.unable(reason))));
        }
        if (!WeightedOperator.is(node) || isProductOfActivations(node)) {
            return;
        }
        namesSeen.add(Nodes.nameOf(node));
        namesSeen.add(node.getOutput(0));
        Optional<TensorProto> weight = graph.constant(node.getInput(1));
        Optional<LeftInFloat> obstacle = obstacle(node, weight);
        report.add(layer(node, obstacle));
        if (obstacle.isEmpty()) {
            layers.add(WeightedLayer.of(node, weight.orElseThrow()));
        }
    }

    private void lookInside(GraphProto body) {
        for (NodeProto node : body.getNodeList()) {
            if (WeightedOperator.is(node.toBuilder())
                    || UnquantizedLayers.reason(node, t -> false).isPresent()) {
                report.add(
                        layer(
                                node,
                                Optional.of(
                                        LeftInFloat.unable(
                                                "inside the body of an If, Loop or Scan"))));
            }
            Nodes.bodies(node).forEach(this::lookInside);
        }
    }

    /** Attention multiplies activations; such a MatMul has no weight and stays in float. */
    private boolean isProductOfActivations(NodeProto.Builder node) {
        return WeightedOperator.isLinear(node)
                && !isFixed(node.getInput(0))
                && !isFixed(node.getInput(1));
    }

    /** Whether a tensor is the same whatever the model is given. */
    private boolean isFixed(String tensor) {
        return !varying.contains(tensor);
    }

    private Optional<LeftInFloat> obstacle(NodeProto.Builder node, Optional<TensorProto> weight) {
        if (options.wantsInFloat(node)) {
            return unable(PINNED);
        }
        boolean constantOnTheLeft = graph.constant(node.getInput(0)).isPresent();
        if (weight.isEmpty()) {
            return unable(
                    constantOnTheLeft && WeightedOperator.isLinear(node)
                            ? "its constant is on the left, and weights are quantized on the right"
                            : isFixed(node.getInput(1))
                                    ? "its weight is computed when the model runs, by operators"
                                            + " that are not folded"
                                    : "its weight is not a constant");
        }
        if (constantOnTheLeft) {
            return unable("its input is a constant");
        }
        if (!Tensors.isFloat(weight.get())) {
            return unable(
                    weight.get().getDataType() == TensorProto.DataType.DOUBLE_VALUE
                            ? "its weight is float64, which TensorRT does not have; export the"
                                    + " model in float32 (model.float())"
                            : "its weight is not float32");
        }
        if (weight.get().getDimsCount() < 2 || weight.get().getDimsList().contains(0L)) {
            return unable("its weight is no matrix");
        }
        for (float w : Tensors.floats(weight.get())) {
            if (!Float.isFinite(w)) {
                return unable("its weight holds numbers that are not finite");
            }
        }
        Optional<ProductKind> noLayer = ProductKind.of(node);
        if (noLayer.isPresent() && !options.wantsInInt8(node)) {
            return unable(noLayer.get().reason());
        }
        Optional<String> obstacle =
                switch (options.target()) {
                    case CPU -> cpuObstacle(node, weight.get());
                    case TENSORRT -> tensorRtObstacle(node, weight.get());
                };
        return obstacle.map(LeftInFloat::unable)
                .or(() -> choice(node, weight.get()).map(LeftInFloat::byChoice))
                .or(() -> wantRange(node.getInput(0), "input").map(LeftInFloat::unable));
    }

    private static Optional<LeftInFloat> unable(String reason) {
        return Optional.of(LeftInFloat.unable(reason));
    }

    /** Why a layer is left in float that could run in INT8, unless the options want it. */
    private Optional<String> choice(NodeProto.Builder node, TensorProto weight) {
        if (options.wantsInInt8(node)) {
            return Optional.empty();
        }
        if (options.target() == Target.TENSORRT
                && TensorRtLimits.wantsInt8Output(node, weight)
                && graph.isOutput(TensorRtLimits.written(graph, node))) {
            return Optional.of(
                    "TensorRT has INT8 for its groups or dimensions only where it writes INT8, and"
                            + " its output is the model's, which stays float");
        }
        if (pooledVectors.isGate(node)) {
            return Optional.of(
                    "it works on one value a channel, where INT8 gains nothing and costs a"
                            + " conversion");
        }
        return WeightedOperator.isLinear(node) && multipliesVectors(node, weight)
                ? Optional.of("its matrix has one row or column, where INT8 gains nothing")
                : Optional.empty();
    }

    /** A product with K or N of 1: each number is used once, so that reading takes all the time. */
    private static boolean multipliesVectors(NodeProto.Builder node, TensorProto weight) {
        int axes = weight.getDimsCount();
        return weight.getDims(axes - 1) == 1 || weight.getDims(axes - 2) == 1;
    }

    private Optional<String> tensorRtObstacle(NodeProto.Builder node, TensorProto weight) {
        if (TensorRtLimits.cannotRun(node, weight)) {
            return Optional.of(
                    "TensorRT has no INT8 for transposed convolutions in groups, nor for depthwise"
                            + " ones in three dimensions");
        }
        if (!TensorRtLimits.wantsInt8Output(node, weight)) {
            return Optional.empty();
        }
        String written = TensorRtLimits.written(graph, node);
        return graph.isOutput(written) && !options.wantsInInt8(node)
                ? Optional.empty()
                : wantRange(written, "output");
    }

    private Optional<String> cpuObstacle(NodeProto.Builder node, TensorProto weight) {
        if (Nodes.is(node, "ConvTranspose")) {
            return Optional.of("ONNX Runtime has no integer kernel for it on a CPU");
        }
        if (Nodes.is(node, "Gemm")
                && (Nodes.number(node, "alpha", 1) != 1
                        || Nodes.number(node, "beta", 1) != 1
                        || Nodes.integer(node, "transA", 0) != 0)) {
            return Optional.of("it has alpha, beta or transA, which integer kernels do not");
        }
        boolean biasVaries =
                Nodes.input(node, 2)
                        .filter(b -> graph.constant(b).filter(Tensors::isFloat).isEmpty())
                        .isPresent();
        if (biasVaries) {
            return Optional.of("its bias is not a constant of float32");
        }
        int biasValues =
                Nodes.input(node, 2)
                        .flatMap(graph::constant)
                        .map(b -> Tensors.floats(b).length)
                        .orElse(1);
        if (biasValues != 1 && biasValues != WeightedLayer.of(node, weight).channels()) {
            return Optional.of("its bias is not one value for each channel");
        }
        if (Nodes.is(node, "Conv")) {
            String output = IntegerFlow.fusedOutput(graph, node);
            if (graph.isOutput(output)) {
                return Optional.of("its output is the model's, which stays float");
            }
            return wantRange(output, "output");
        }
        return Optional.empty();
    }

    private Optional<String> wantRange(String tensor, String what) {
        if (ranges.get(tensor).isPresent()) {
            return Optional.empty();
        }
        missingRanges.add(tensor);
        return Optional.of("its " + what + " '" + tensor + "' has no range");
    }
}
