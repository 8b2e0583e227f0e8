package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Makes a MatMul of each Einsum that is a linear layer: a constant weight, axes that are summed
 * over, and others that come in their place. Where axes come in another order or number, Transpose
 * and Reshape go around it; those of the weight are constant. The MatMul has the Einsum's name.
 */
final class EinsumProducts implements Pass {

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) {
        for (NodeProto.Builder node : graph.nodes()) {
            if (Nodes.is(node, "Einsum") && node.getInputCount() == 2) {
                rewrite(graph, node);
            }
        }
    }

    private static void rewrite(OnnxGraph graph, NodeProto.Builder node) {
        boolean weightFirst = graph.constant(node.getInput(0)).isPresent();
        String data = node.getInput(weightFirst ? 1 : 0);
        String weight = node.getInput(weightFirst ? 0 : 1);
        Optional<TensorProto> constant = graph.constant(weight).filter(Tensors::isFloat);
        if (constant.isEmpty() || graph.constant(data).isPresent()) {
            return;
        }
        String equation =
                Nodes.attribute(node, "equation").map(a -> a.getS().toStringUtf8()).orElse("");
        Optional<EinsumEquation> axes =
                EinsumEquation.of(equation, weightFirst)
                        .filter(e -> e.weight().length() == constant.get().getDimsCount());
        axes.ifPresent(a -> new Rewriting(graph, node, a, constant.get()).apply(data, weight));
    }

    /**
     * Of one node.
     *
     * @param graph the graph
     * @param node the Einsum
     * @param axes its axes
     * @param constant its weight
     */
    private record Rewriting(
            OnnxGraph graph, NodeProto.Builder node, EinsumEquation axes, TensorProto constant) {

        void apply(String data, String weight) {
            String output = node.getOutput(0);
            graph.remove(node);
            String matrix =
                    shaped(
                            ordered(weight, axes.weight(), axes.summed() + axes.made()),
                            List.of(product(axes.summed()), product(axes.made())));
            String rows = ordered(data, axes.data(), axes.kept() + axes.summed());
            if (axes.summed().length() > 1) {
                rows = shaped(rows, lengths(List.of(product(axes.summed()))));
            }
            boolean several = axes.made().length() > 1;
            String made = axes.kept() + axes.made();
            boolean moved = !made.equals(axes.result());
            String product = several || moved ? graph.unusedName(output + "_MatMul") : output;
            graph.add(Nodes.of("MatMul", node.getName(), List.of(rows, matrix), product));
            if (several) {
                List<Long> last = axes.made().chars().mapToObj(this::length).toList();
                String spread = moved ? graph.unusedName(output + "_Reshape") : output;
                add("Reshape", List.of(product, constant(lengths(last))), spread);
                product = spread;
            }
            if (moved) {
                transpose(product, made, axes.result(), output);
            }
        }

        /** The data's kept axes as they are, and then these. */
        private List<Long> lengths(List<Long> last) {
            return Stream.concat(
                            LongStream.generate(() -> 0).limit(axes.kept().length()).boxed(),
                            last.stream())
                    .toList();
        }

        private String ordered(String tensor, String from, String to) {
            return from.equals(to)
                    ? tensor
                    : transpose(tensor, from, to, graph.unusedName(tensor + "_Transpose"));
        }

        private String transpose(String tensor, String from, String to, String output) {
            AttributeProto perm =
                    AttributeProto.newBuilder()
                            .setName("perm")
                            .setType(AttributeProto.AttributeType.INTS)
                            .addAllInts(EinsumEquation.permutation(from, to))
                            .build();
            add("Transpose", List.of(tensor), output).addAttribute(perm);
            return output;
        }

        private String shaped(String tensor, List<Long> shape) {
            if (tensor.equals(constant.getName()) && shape.equals(constant.getDimsList())) {
                return tensor;
            }
            String output = graph.unusedName(tensor + "_Reshape");
            add("Reshape", List.of(tensor, constant(shape)), output);
            return output;
        }

        private String constant(List<Long> values) {
            String name = graph.unusedName(node.getName() + "_shape");
            graph.addInitializer(Tensors.longs(name, values));
            return name;
        }

        private NodeProto.Builder add(String operator, List<String> inputs, String output) {
            NodeProto.Builder added =
                    Nodes.of(
                            operator,
                            graph.unusedName(node.getName() + "_" + operator),
                            new ArrayList<>(inputs),
                            output);
            graph.add(added);
            return added;
        }

        private long product(String letters) {
            return letters.chars().mapToLong(this::length).reduce(1, Math::multiplyExact);
        }

        private long length(int letter) {
            return constant.getDims(axes.weight().indexOf(letter));
        }
    }
}
