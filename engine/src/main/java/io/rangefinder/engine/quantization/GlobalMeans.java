package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Means over all of height, width and depth, in either of their two forms.
 *
 * <p>TensorRT runs GlobalAveragePool as a kernel of its own. A ReduceMean before a linear layer
 * goes into the latter's region, and with it the Q/DQ before it, which a convolution was to write
 * INT8 for (10.15, in three dimensions). Stateless.
 */
final class GlobalMeans {

    private GlobalMeans() {}

    /** Whether a node is a ReduceMean over all axes but those of batch and channels. */
    static boolean is(OnnxGraph graph, NodeProto.Builder node, int axes) {
        Set<Long> all = LongStream.range(2, axes).boxed().collect(Collectors.toSet());
        return Nodes.is(node, "ReduceMean")
                && !all.isEmpty()
                && graph.numbers(node, "axes", 1)
                        .map(given -> fromTheFront(given, axes))
                        .filter(all::equals)
                        .isPresent();
    }

    private static Set<Long> fromTheFront(List<Long> axes, int count) {
        Set<Long> positive = new HashSet<>();
        axes.forEach(a -> positive.add(a < 0 ? a + count : a));
        return positive;
    }

    /** Writes such a ReduceMean as a pooling. Gives the node that reads what it read. */
    static NodeProto.Builder asPooling(OnnxGraph graph, NodeProto.Builder mean) {
        String output = mean.getOutput(0);
        boolean keepsAxes = Nodes.integer(mean, "keepdims", 1) != 0;
        String pooled = keepsAxes ? output : graph.unusedName(output + "_pooled");
        graph.remove(mean);
        NodeProto.Builder pooling =
                Nodes.of(
                        "GlobalAveragePool", Nodes.nameOf(mean), List.of(mean.getInput(0)), pooled);
        graph.add(pooling);
        if (!keepsAxes) {
            String name = graph.unusedName(output + "_Flatten");
            graph.add(Nodes.set(Nodes.of("Flatten", name, List.of(pooled), output), "axis", 1));
        }
        return pooling;
    }
}
