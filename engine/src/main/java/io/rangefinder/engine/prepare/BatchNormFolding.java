package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Ranks;
import io.rangefinder.engine.onnx.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Folds each batch norm into the convolution or linear layer whose output only it reads, through
 * the addition of a bias if there is one between. The layer then makes what the norm made, under
 * its name and with its range.
 */
final class BatchNormFolding implements Pass {

    private static final String[] LAYERS = {"Conv", "ConvTranspose", "Gemm", "MatMul"};

    /** What ONNX takes if the attribute is left out. */
    private static final float EPSILON = 1e-5f;

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) {
        Ranks ranks = new Ranks(model.proto().getGraph());
        for (NodeProto.Builder node : graph.nodes()) {
            if (isFixed(node)) {
                new Fold(graph, ranks, node).apply();
            }
        }
    }

    /** A norm that works with its stored mean and variance. */
    private static boolean isFixed(NodeProto.Builder node) {
        return Nodes.is(node, "BatchNormalization")
                && Nodes.integer(node, "training_mode", 0) == 0
                && node.getOutputList().stream().filter(o -> !o.isEmpty()).count() == 1;
    }

    /**
     * Of one norm.
     *
     * @param graph the graph
     * @param ranks the axes of its tensors
     * @param norm the norm
     */
    private record Fold(OnnxGraph graph, Ranks ranks, NodeProto.Builder norm) {

        void apply() {
            Optional<NodeProto.Builder> before = onlyRead(norm.getInput(0));
            if (before.isEmpty()) {
                return;
            }
            if (Nodes.is(before.get(), LAYERS)) {
                fold(before.get(), Optional.empty());
            } else if (Nodes.is(before.get(), "Add")) {
                IntStream.of(0, 1)
                        .filter(i -> graph.constant(before.get().getInput(1 - i)).isPresent())
                        .mapToObj(i -> onlyRead(before.get().getInput(i)))
                        .flatMap(Optional::stream)
                        .filter(n -> Nodes.is(n, LAYERS))
                        .findFirst()
                        .ifPresent(layer -> fold(layer, before));
            }
        }

        /** Who makes a tensor that one node reads and nothing else. */
        private Optional<NodeProto.Builder> onlyRead(String tensor) {
            return graph.isOutput(tensor) || graph.consumers(tensor).size() != 1
                    ? Optional.empty()
                    : graph.producer(tensor);
        }

        private void fold(NodeProto.Builder layer, Optional<NodeProto.Builder> addition) {
            Optional<TensorProto> weight =
                    graph.constant(layer.getInput(1)).filter(Tensors::isFloat);
            // A norm works along axis 1, which is a product's last one only in a matrix.
            boolean alongChannels =
                    !Nodes.is(layer, "MatMul")
                            || ranks.of(layer.getInput(0)).orElse(0) == 2
                                    && weight.filter(w -> w.getDimsCount() == 2).isPresent();
            boolean scaledBias = Nodes.is(layer, "Gemm") && Nodes.number(layer, "beta", 1) != 1;
            if (weight.isEmpty()
                    || !alongChannels
                    || scaledBias
                    || weight.get().getDimsCount() < 2) {
                return;
            }
            int channels = channels(layer, weight.get());
            Optional<NormFactors> factors = factors(channels);
            Optional<double[]> bias = bias(layer, addition, channels);
            if (factors.isEmpty()
                    || bias.isEmpty()
                    || Arrays.stream(factors.get().factors()).anyMatch(f -> !Double.isFinite(f))) {
                return;
            }
            write(layer, addition, weight.get(), factors.get(), bias.get());
        }

        private void write(
                NodeProto.Builder layer,
                Optional<NodeProto.Builder> addition,
                TensorProto weight,
                NormFactors factors,
                double[] before) {
            String output = norm.getOutput(0);
            graph.remove(norm);
            addition.ifPresent(graph::remove);
            String scaled = graph.unusedName(weight.getName() + "_folded");
            graph.addInitializer(
                    Tensors.floats(scaled, scaled(layer, weight, factors), Tensors.shape(weight)));
            graph.setInput(layer, 1, scaled);
            String bias = graph.unusedName(weight.getName() + "_folded_bias");
            graph.addInitializer(Tensors.floats(bias, factors.bias(before), before.length));
            if (Nodes.is(layer, "MatMul")) {
                graph.add(
                        Nodes.of(
                                "Add",
                                graph.unusedName(norm.getName()),
                                List.of(layer.getOutput(0), bias),
                                output));
                return;
            }
            while (layer.getInputCount() < 3) {
                layer.addInput("");
            }
            graph.setInput(layer, 2, bias);
            graph.setOutput(layer, 0, output);
        }

        private static boolean isMatrixOfRows(NodeProto.Builder layer) {
            return Nodes.is(layer, "Gemm") && Nodes.integer(layer, "transB", 0) != 0;
        }

        private static int channels(NodeProto.Builder layer, TensorProto weight) {
            if (Nodes.is(layer, "ConvTranspose")) {
                return Math.toIntExact(weight.getDims(1) * Nodes.integer(layer, "group", 1));
            }
            boolean first = Nodes.is(layer, "Conv") || isMatrixOfRows(layer);
            return Math.toIntExact(weight.getDims(first ? 0 : 1));
        }

        private Optional<NormFactors> factors(int channels) {
            List<double[]> parameters = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                graph.constant(norm.getInput(i))
                        .filter(Tensors::isFloat)
                        .map(Fold::doubles)
                        .filter(v -> v.length == channels)
                        .ifPresent(parameters::add);
            }
            return parameters.size() == 4
                    ? Optional.of(
                            NormFactors.of(
                                    parameters.get(0),
                                    parameters.get(1),
                                    parameters.get(2),
                                    parameters.get(3),
                                    Nodes.number(norm, "epsilon", EPSILON)))
                    : Optional.empty();
        }

        /** What is added to each channel before the norm, if that is constant. */
        private Optional<double[]> bias(
                NodeProto.Builder layer, Optional<NodeProto.Builder> addition, int channels) {
            double[] sum = new double[channels];
            Optional<String> own = Nodes.input(layer, 2);
            if (own.isPresent() && !add(sum, graph.constant(own.get()), 1)) {
                return Optional.empty();
            }
            if (addition.isPresent()) {
                int constant = graph.constant(addition.get().getInput(0)).isPresent() ? 0 : 1;
                // After the channels' axis there are the spatial ones.
                int spatial =
                        Nodes.is(layer, "Gemm", "MatMul")
                                ? 0
                                : graph.constant(layer.getInput(1)).orElseThrow().getDimsCount()
                                        - 2;
                if (!add(sum, graph.constant(addition.get().getInput(constant)), spatial + 1)) {
                    return Optional.empty();
                }
            }
            return Optional.of(sum);
        }

        /** Adds a constant that has one value, or one a channel along an axis from the end. */
        private static boolean add(double[] sum, Optional<TensorProto> constant, int fromEnd) {
            if (constant.filter(Tensors::isFloat).isEmpty()) {
                return false;
            }
            double[] values = doubles(constant.get());
            int axes = constant.get().getDimsCount();
            boolean byChannel =
                    values.length == sum.length
                            && axes >= fromEnd
                            && axes <= fromEnd + 1
                            && constant.get().getDims(axes - fromEnd) == sum.length;
            if (!byChannel && (values.length != 1 || axes > fromEnd + 1)) {
                return false;
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[byChannel ? i : 0];
            }
            return true;
        }

        private static float[] scaled(
                NodeProto.Builder layer, TensorProto weight, NormFactors factors) {
            float[] values = Tensors.floats(weight);
            long[] shape = Tensors.shape(weight);
            double[] each = factors.factors();
            int inner;
            if (Nodes.is(layer, "Conv") || isMatrixOfRows(layer)) {
                inner = values.length / Math.max(1, each.length);
            } else if (Nodes.is(layer, "ConvTranspose")) {
                each =
                        factors.byInput(
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
