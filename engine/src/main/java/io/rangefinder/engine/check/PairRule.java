package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import java.util.Arrays;
import java.util.Optional;

/**
 * Q and DQ come in pairs of one scale and one axis; between them only what moves values.
 *
 * <p>Source: NVIDIA's developer guide, Explicit Quantization (layers read DQ's output; TensorRT
 * takes INT8 from Q to DQ only). TensorRT 10.15 says of a layer that reads Q itself that it "cannot
 * be quantized", and builds a pair of two scales without a word, though it computes something else.
 */
final class PairRule implements Rule {

    @Override
    public String name() {
        return "pair";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            if (Qdq.isQuantize(node) && node.getOutputCount() > 0) {
                checkReaders(graph, node, findings);
            } else if (Qdq.isDequantize(node)) {
                checkSource(graph, node, findings);
            }
        }
    }

    private static void checkReaders(GraphView graph, NodeProto quantize, Findings findings) {
        for (NodeProto reader : graph.readers(quantize.getOutput(0))) {
            if (!Qdq.isDequantize(reader) && !movesQuantized(reader)) {
                findings.error(
                        Nodes.nameOf(reader),
                        Qdq.tensor(graph, quantize),
                        "reads QuantizeLinear's output without a DequantizeLinear",
                        "put a DequantizeLinear of the same scale before it");
            }
        }
    }

    private static void checkSource(GraphView graph, NodeProto dequantize, Findings findings) {
        Optional<NodeProto> maker = Nodes.input(dequantize, 0).flatMap(graph::producer);
        boolean constant = Nodes.input(dequantize, 0).flatMap(graph::movedConstant).isPresent();
        if (maker.filter(Qdq::isQuantize).isPresent()) {
            checkParameters(graph, maker.get(), dequantize, findings);
        } else if (!constant && maker.filter(PairRule::movesQuantized).isEmpty()) {
            findings.error(
                    graph.layerOf(dequantize),
                    Qdq.tensor(graph, dequantize),
                    "DequantizeLinear reads what no QuantizeLinear made",
                    "put a QuantizeLinear of the same scale before it");
        }
    }

    private static void checkParameters(
            GraphView graph, NodeProto quantize, NodeProto dequantize, Findings findings) {
        Optional<float[]> before = Qdq.scales(graph, quantize);
        Optional<float[]> after = Qdq.scales(graph, dequantize);
        if (before.isEmpty() || after.isEmpty()) {
            return;
        }
        boolean perChannel = before.get().length > 1;
        if (!Arrays.equals(before.get(), after.get())
                || perChannel
                        && Nodes.integer(quantize, "axis", 1)
                                != Nodes.integer(dequantize, "axis", 1)) {
            findings.error(
                    graph.layerOf(dequantize),
                    Qdq.tensor(graph, dequantize),
                    "QuantizeLinear and its DequantizeLinear have different scales or axes",
                    "give both the same scale and axis");
        }
    }

    private static boolean movesQuantized(NodeProto node) {
        return Qdq.moves(node) || Nodes.is(node, "Concat", "Slice", "Gather", "Split", "Expand");
    }
}
