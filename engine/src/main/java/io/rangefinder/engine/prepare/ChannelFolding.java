package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Ranks;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Folds what is done to each channel of a convolution's or a linear layer's output into its weight
 * and bias: batch norms, and the products and sums with constants that converters make of them. The
 * layer then makes what came last, under its name and with its range.
 *
 * <p>What else reads the layer's output, or is a sum alone behind a product, stays.
 */
final class ChannelFolding implements Pass {

    /** What ONNX takes if the attribute is left out. */
    private static final float EPSILON = 1e-5f;

    /** A weight that several layers share is copied for each: so many elements in all. */
    private static final long MOST_COPIED = 1 << 26;

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) {
        Ranks ranks = new Ranks(model.proto().getGraph());
        long copied = 0;
        for (NodeProto.Builder node : graph.nodes()) {
            Optional<TensorProto> weight =
                    WeightedOperator.is(node)
                            ? graph.constant(node.getInput(1)).filter(Tensors::isFloat)
                            : Optional.empty();
            if (weight.isEmpty() || weight.get().getDimsCount() < 2) {
                continue;
            }
            boolean shared = graph.isShared(node.getInput(1));
            if (shared && copied + Tensors.elements(weight.get()) > MOST_COPIED) {
                continue;
            }
            boolean folded = new Fold(graph, ranks, node, weight.get()).apply();
            copied += folded && shared ? Tensors.elements(weight.get()) : 0;
        }
    }

    /**
     * Of one layer.
     *
     * @param graph the graph
     * @param ranks the axes of its tensors
     * @param layer the layer
     * @param weight its weight
     */
    private record Fold(OnnxGraph graph, Ranks ranks, NodeProto.Builder layer, TensorProto weight) {

        boolean apply() {
            int rows = ranks.of(layer.getInput(0)).orElse(2);
            boolean oneMatrix = weight.getDimsCount() == 2 && rows >= 2;
            if (Nodes.is(layer, "MatMul") && !oneMatrix) {
                return false;
            }
            Optional<ChannelMap> own = bias();
            return own.isPresent() && fold(own.get());
        }

        private boolean fold(ChannelMap own) {
            ChannelMap map = own;
            ChannelMap best = own;
            List<NodeProto.Builder> steps = new ArrayList<>();
            int folded = 0;
            String tensor = layer.getOutput(0);
            Optional<NodeProto.Builder> next = onlyReader(tensor);
            while (next.isPresent()) {
                boolean same = Nodes.is(next.get(), "Identity");
                Optional<ChannelMap> after = same ? Optional.of(map) : after(next.get(), tensor);
                if (after.isEmpty()) {
                    break;
                }
                steps.add(next.get());
                map = same ? map : map.then(after.get());
                if (!same) {
                    best = map;
                    folded = steps.size();
                }
                tensor = next.get().getOutput(0);
                next = onlyReader(tensor);
            }
            boolean onlySums = Nodes.is(layer, "MatMul") && !best.scales();
            if (folded == 0 || onlySums || !best.isFinite()) {
                return false;
            }
            write(best, steps.subList(0, folded));
            return true;
        }

        private Optional<NodeProto.Builder> onlyReader(String tensor) {
            List<NodeProto.Builder> readers = graph.consumers(tensor);
            return graph.isOutput(tensor) || readers.size() != 1
                    ? Optional.empty()
                    : Optional.of(readers.get(0));
        }

        /** What a node does to each channel of a tensor, if that is all. */
        private Optional<ChannelMap> after(NodeProto.Builder node, String tensor) {
            if (isFixedNorm(node) && node.getInput(0).equals(tensor)) {
                return norm(node);
            }
            if (!Nodes.is(node, "Add", "Sub", "Mul", "Div")) {
                return Optional.empty();
            }
            boolean first = node.getInput(0).equals(tensor);
            Optional<double[]> constant = channels(node.getInput(first ? 1 : 0), axesBehind() + 1);
            return constant.flatMap(
                    values ->
                            switch (node.getOpType()) {
                                case "Add" -> Optional.of(map(x -> 1, x -> x, values));
                                case "Mul" -> Optional.of(map(x -> x, x -> 0, values));
                                case "Sub" ->
                                        Optional.of(
                                                first
                                                        ? map(x -> 1, x -> -x, values)
                                                        : map(x -> -1, x -> x, values));
                                default ->
                                        first
                                                ? Optional.of(map(x -> 1 / x, x -> 0, values))
                                                : Optional.<ChannelMap>empty();
                            });
        }

        private static ChannelMap map(
                DoubleUnaryOperator factor, DoubleUnaryOperator summand, double[] values) {
            return new ChannelMap(
                    Arrays.stream(values).map(factor).toArray(),
                    Arrays.stream(values).map(summand).toArray());
        }

        /** A norm that works with its stored mean and variance. */
        private static boolean isFixedNorm(NodeProto.Builder node) {
            return Nodes.is(node, "BatchNormalization")
                    && Nodes.integer(node, "training_mode", 0) == 0
                    && node.getOutputList().stream().filter(o -> !o.isEmpty()).count() == 1;
        }

        private Optional<ChannelMap> norm(NodeProto.Builder norm) {
            // A norm works along axis 1, which is a product's last one only in a matrix.
            if (Nodes.is(layer, "MatMul") && ranks.of(layer.getInput(0)).orElse(0) != 2) {
                return Optional.empty();
            }
            List<double[]> parameters = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                graph.constant(norm.getInput(i))
                        .filter(Tensors::isFloat)
                        .map(Fold::doubles)
                        .filter(v -> v.length == channels())
                        .ifPresent(parameters::add);
            }
            return parameters.size() == 4
                    ? Optional.of(
                            ChannelMap.ofNorm(
                                    parameters.get(0),
                                    parameters.get(1),
                                    parameters.get(2),
                                    parameters.get(3),
                                    Nodes.number(norm, "epsilon", EPSILON)))
                    : Optional.empty();
        }

        private void write(ChannelMap map, List<NodeProto.Builder> steps) {
            NodeProto.Builder last = steps.get(steps.size() - 1);
            String output = last.getOutput(0);
            steps.forEach(graph::remove);
            if (map.scales()) {
                String scaled = graph.unusedName(weight.getName() + "_folded");
                graph.addInitializer(Tensors.floats(scaled, scaled(map), Tensors.shape(weight)));
                graph.setInput(layer, 1, scaled);
            }
            boolean sums = Arrays.stream(map.summands()).anyMatch(v -> v != 0);
            if (!sums && Nodes.input(layer, 2).isEmpty()) {
                graph.setOutput(layer, 0, output);
                return;
            }
            String bias = graph.unusedName(weight.getName() + "_folded_bias");
            graph.addInitializer(Tensors.floats(bias, map.bias(), map.channels()));
            if (Nodes.is(layer, "MatMul")) {
                graph.add(
                        Nodes.of(
                                "Add",
                                graph.unusedName(last.getName()),
                                List.of(layer.getOutput(0), bias),
                                output));
                return;
            }
            while (layer.getInputCount() < 3) {
                layer.addInput("");
            }
            graph.setInput(layer, 2, bias);
            Nodes.remove(layer, "beta");
            graph.setOutput(layer, 0, output);
        }

        private int channels() {
            return Math.toIntExact(operator().channels(layer, Tensors.shape(weight)));
        }

        private WeightedOperator operator() {
            return WeightedOperator.of(layer).orElseThrow();
        }

        /** The axes of the output after that of the channels: the spatial ones. */
        private int axesBehind() {
            return WeightedOperator.isLinear(layer) ? 0 : weight.getDimsCount() - 2;
        }

        /** The layer's own bias, if it is constant. */
        private Optional<ChannelMap> bias() {
            Optional<String> own = Nodes.input(layer, 2);
            if (own.isEmpty()) {
                return Optional.of(ChannelMap.ofBias(new double[channels()]));
            }
            double beta = Nodes.is(layer, "Gemm") ? Nodes.number(layer, "beta", 1) : 1;
            return channels(own.get(), 1)
                    .map(values -> Arrays.stream(values).map(v -> v * beta).toArray())
                    .map(ChannelMap::ofBias);
        }

        /** A constant that has one value, or one a channel along an axis from the end. */
        private Optional<double[]> channels(String tensor, int fromEnd) {
            Optional<TensorProto> constant = graph.constant(tensor).filter(Tensors::isFloat);
            int axes = constant.map(TensorProto::getDimsCount).orElse(0);
            if (constant.isEmpty() || axes > fromEnd + 1) {
                return Optional.empty();
            }
            double[] values = doubles(constant.get());
            if (values.length == 1) {
                double[] each = new double[channels()];
                Arrays.fill(each, values[0]);
                return Optional.of(each);
            }
            boolean byChannel =
                    values.length == channels()
                            && axes >= fromEnd
                            && constant.get().getDims(axes - fromEnd) == values.length;
            return byChannel ? Optional.of(values) : Optional.empty();
        }

        private float[] scaled(ChannelMap map) {
            float[] values = Tensors.floats(weight);
            long[] shape = Tensors.shape(weight);
            double[] each = map.factors();
            int inner;
            if (operator().channelAxis(layer, shape.length) == 0) {
                inner = values.length / Math.max(1, each.length);
            } else if (Nodes.is(layer, "ConvTranspose")) {
                each =
                        map.byInput(
                                (int) shape[0], (int) shape[1], Nodes.integer(layer, "group", 1));
                inner = values.length / Math.max(1, each.length);
            } else {
                inner = 1;
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] * each[i / inner % each.length]);
            }
            return values;
        }

        private static double[] doubles(TensorProto tensor) {
            float[] values = Tensors.floats(tensor);
            return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
        }
    }
}
