package io.rangefinder.engine.export.graph;

import io.rangefinder.engine.export.symbolic.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps zeros that a max pool is padded with. ONNX Runtime moves such a Pad into the MaxPool after
 * it (<a href="https://github.com/microsoft/onnxruntime/pull/18136">PadFusion</a>), which pads with
 * the least number instead: where all is negative, the maximum is another. It leaves other numbers
 * than 0 alone, so the pad's value becomes the least that is greater.
 */
final class ZeroPads {

    private ZeroPads() {}

    static List<Node> keep(List<Node> nodes, GraphTensors tensors) {
        Set<String> pooled = new HashSet<>();
        nodes.stream()
                .filter(n -> n.operator().equals("MaxPool"))
                .forEach(n -> pooled.add(n.inputs().get(0)));
        List<Node> result = new ArrayList<>();
        for (Node node : nodes) {
            boolean pad =
                    node.operator().equals("Pad")
                            && pooled.contains(node.outputs().get(0))
                            && tensors.info(node.outputs().get(0)).type() == ElementType.FLOAT32
                            && isZero(node, tensors);
            result.add(pad ? withLeast(node, tensors) : node);
        }
        return result;
    }

    private static boolean isZero(Node pad, GraphTensors tensors) {
        boolean constant =
                pad.attributes().stream()
                        .allMatch(
                                a ->
                                        !a.getName().equals("mode")
                                                || a.getS().toStringUtf8().equals("constant"));
        if (pad.inputs().size() < 3) {
            return constant;
        }
        return constant
                && tensors.initializers().get(pad.inputs().get(2))
                        instanceof Initializer.Known known
                && ByteBuffer.wrap(known.elements()).order(ByteOrder.LITTLE_ENDIAN).getFloat() == 0;
    }

    private static Node withLeast(Node pad, GraphTensors tensors) {
        byte[] least =
                ByteBuffer.allocate(Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(Float.MIN_VALUE)
                        .array();
        String value =
                tensors.add(
                        new Initializer.Known(
                                pad.scope() + ".Constant", ElementType.FLOAT32, List.of(), least));
        return new Node(
                pad.operator(),
                List.of(pad.inputs().get(0), pad.inputs().get(1), value),
                pad.outputs(),
                pad.attributes(),
                pad.scope());
    }
}
