package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.OpsetConverter;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes an INT8 ONNX model of a float one and the ranges of its tensors.
 *
 * <p>Quantized are the inputs and weights of convolutions and linear layers, and what {@link
 * Target} wants beside. Attention's products, softmax, normalization and the model's outputs stay
 * float. Immutable, hence safe from any thread; the same arguments give the same bytes.
 */
public final class Quantizer {

    /** ONNX's operators, and those of ONNX Runtime's own domain. */
    private static final Pattern QUANTIZED =
            Pattern.compile(
                    "(Dynamic)?(De)?[Qq]uantizeLinear|DynamicQuantize.*|QLinear.*|Q(Gemm|Attention"
                            + "|MoE|OrderedMatMul|Embed.*)|.*Integer(ToFloat)?|MatMul(NBits|Bnb4"
                            + "|FpQ4)|GatherBlockQuantized|.*BFP|TRT_FP8.*|TRT_INT4.*");

    private final QuantizationOptions options;

    /**
     * Makes a quantizer.
     *
     * @param options how to quantize
     */
    public Quantizer(QuantizationOptions options) {
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * Quantizes a model.
     *
     * @param model a float model; opset 11 and 12 are raised to 13
     * @param given ranges by name of the ONNX tensors; others are ignored. A layer that lacks one
     *     stays in float and is reported
     * @return the INT8 model and what it covers
     * @throws InvalidOnnxException if the model is quantized already, or if it is malformed
     */
    public QuantizedModel quantize(OnnxModel model, DynamicRanges given)
            throws InvalidOnnxException {
        OnnxModel raised = OpsetConverter.raise(model);
        OnnxGraph graph = raised.graph();
        refuseQuantized(model, graph);
        foldTransposedWeights(graph);
        DynamicRanges ranges = ImpliedRanges.of(graph, given);
        LayerFinder finder = new LayerFinder(graph, ranges, options);
        Placed placed =
                switch (options.target()) {
                    case TENSORRT ->
                            new TensorRtPlacement(graph, ranges, finder.layers(), options).apply();
                    case CPU -> new CpuPlacement(graph, ranges, finder.layers(), options).apply();
                };
        graph.removeUnusedConstants();
        return new QuantizedModel(raised.withGraph(graph), finder.report(placed));
    }

    private static void refuseQuantized(OnnxModel model, OnnxGraph graph)
            throws InvalidOnnxException {
        for (NodeProto.Builder node : graph.nodes()) {
            String operator = node.getOpType();
            if (QUANTIZED.matcher(operator).matches()) {
                throw new InvalidOnnxException(
                        model.source(),
                        "node '"
                                + Nodes.nameOf(node)
                                + "' ("
                                + operator
                                + ") shows that the model is quantized already, be it its weights"
                                + " only; give the float model");
            }
        }
    }

    /** Some exporters leave a linear layer's weight behind a Transpose; no kernel sees it there. */
    private static void foldTransposedWeights(OnnxGraph graph) {
        for (NodeProto.Builder node : List.copyOf(graph.nodes())) {
            if (!Nodes.is(node, "Transpose")) {
                continue;
            }
            Optional<TensorProto> matrix =
                    graph.constant(node.getInput(0))
                            .filter(t -> Tensors.isFloat(t) && t.getDimsCount() == 2);
            boolean swaps =
                    Nodes.attribute(node, "perm")
                            .map(a -> a.getIntsList().equals(List.of(1L, 0L)))
                            .orElse(true);
            if (matrix.isPresent() && swaps) {
                graph.remove(node);
                graph.addInitializer(transposed(matrix.get(), node.getOutput(0)));
            }
        }
    }

    private static TensorProto transposed(TensorProto matrix, String name) {
        int rows = Math.toIntExact(matrix.getDims(0));
        int columns = Math.toIntExact(matrix.getDims(1));
        float[] from = Tensors.floats(matrix);
        float[] to = new float[from.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                to[c * rows + r] = from[r * columns + c];
            }
        }
        return Tensors.floats(name, to, columns, rows);
    }
}
