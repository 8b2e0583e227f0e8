package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.prepare.ChannelMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Folds batch norms into convolutions and linear layers, by output channel. */
final class BatchNormFolding {

    private final List<Node> nodes;
    private final GraphTensors tensors;
    private final Map<String, Integer> readers = new HashMap<>();

    BatchNormFolding(List<Node> nodes, GraphTensors tensors) {
        this.nodes = nodes;
        this.tensors = tensors;
        nodes.forEach(n -> n.inputs().forEach(i -> readers.merge(i, 1, Integer::sum)));
    }

    List<Node> fold(Set<String> outputs) throws IOException, MalformedModelException {
        Map<String, Integer> producers = new HashMap<>();
        List<Node> result = new ArrayList<>();
        for (Node node : nodes) {
            Integer at = producers.get(node.inputs().isEmpty() ? "" : node.inputs().get(0));
            Optional<Node> merged =
                    at == null || outputs.contains(node.inputs().get(0))
                            ? Optional.empty()
                            : merge(result.get(at), node);
            if (merged.isPresent()) {
                result.set(at, merged.get());
                producers.put(node.outputs().get(0), at);
            } else {
                node.outputs().forEach(o -> producers.put(o, result.size()));
                result.add(node);
            }
        }
        return result;
    }

    private Optional<Node> merge(Node layer, Node norm)
            throws IOException, MalformedModelException {
        boolean fits =
                norm.operator().equals("BatchNormalization")
                        && readers.get(norm.inputs().get(0)) == 1
                        && layer.inputs().size() >= 2
                        && norm.inputs().subList(1, 5).stream().allMatch(this::isFloat)
                        && layer.inputs().stream().skip(1).allMatch(this::isFloat);
        Optional<Integer> inner =
                fits && isByChannel(layer, norm) ? inner(layer) : Optional.empty();
        if (inner.isEmpty()) {
            return Optional.empty();
        }
        double[] gamma = read(norm.inputs().get(1));
        double[] beta = read(norm.inputs().get(2));
        double[] mean = read(norm.inputs().get(3));
        double[] variance = read(norm.inputs().get(4));
        double[] bias =
                layer.inputs().size() > 2 ? read(layer.inputs().get(2)) : new double[mean.length];
        double epsilon =
                norm.attributes().stream()
                        .filter(a -> a.getName().equals("epsilon"))
                        .mapToDouble(AttributeProto::getF)
                        .findFirst()
                        .orElseThrow();
        ChannelMap map =
                ChannelMap.ofBias(bias)
                        .then(ChannelMap.ofNorm(gamma, beta, mean, variance, epsilon));
        ByteBuffer newBias =
                ByteBuffer.allocate(gamma.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        newBias.asFloatBuffer().put(map.bias());
        Initializer weight = tensors.initializers().get(layer.inputs().get(1));
        String scaled =
                tensors.add(
                        new Initializer.Scaled(
                                weight,
                                layer.operator().equals("ConvTranspose")
                                        ? map.byInput(
                                                Math.toIntExact(weight.shape().get(0)),
                                                Math.toIntExact(weight.shape().get(1)),
                                                integer(layer, "group"))
                                        : map.factors(),
                                inner.get()));
        String shifted =
                tensors.add(
                        new Initializer.Known(
                                layer.inputs().size() > 2
                                        ? tensors.initializers().get(layer.inputs().get(2)).name()
                                        : biasName(weight.name()),
                                ElementType.FLOAT32,
                                List.of((long) gamma.length),
                                newBias.array()));
        return Optional.of(
                new Node(
                        layer.operator(),
                        List.of(layer.inputs().get(0), scaled, shifted),
                        norm.outputs(),
                        layer.attributes(),
                        layer.scope()));
    }

    private static String biasName(String weight) {
        return weight.replaceFirst("weight$", "") + "bias";
    }

    private boolean isFloat(String id) {
        return tensors.initializers().containsKey(id)
                && tensors.initializers().get(id).type() == ElementType.FLOAT32;
    }

    /** Whether all has as many elements as the layer has output channels. */
    private boolean isByChannel(Node layer, Node norm) {
        List<Long> weight = tensors.initializers().get(layer.inputs().get(1)).shape();
        boolean transposed = layer.operator().equals("ConvTranspose");
        if (weight.size() < 2 || weight.contains(0L)) {
            return false;
        }
        List<Long> channels =
                List.of(transposed ? weight.get(1) * integer(layer, "group") : weight.get(0));
        List<String> read = new ArrayList<>(norm.inputs().subList(1, 5));
        read.addAll(layer.inputs().subList(2, layer.inputs().size()));
        return read.stream()
                .allMatch(id -> tensors.initializers().get(id).shape().equals(channels));
    }

    /** How many elements of the weight in a row belong to one output channel, if that is so. */
    private Optional<Integer> inner(Node layer) {
        List<Long> shape = tensors.initializers().get(layer.inputs().get(1)).shape();
        long inner = 1;
        switch (layer.operator()) {
            case "Conv":
                for (long length : shape.subList(1, shape.size())) {
                    inner *= length;
                }
                return Optional.of(Math.toIntExact(inner));
            case "ConvTranspose":
                // (input channels, output channels of a group, kernel).
                for (long length : shape.subList(2, shape.size())) {
                    inner *= length;
                }
                return Optional.of(Math.toIntExact(inner));
            case "Gemm":
                return integer(layer, "transB") == 1
                        ? Optional.of(Math.toIntExact(shape.get(1)))
                        : Optional.empty();
            default:
                return Optional.empty();
        }
    }

    private static long integer(Node node, String attribute) {
        return node.attributes().stream()
                .filter(a -> a.getName().equals(attribute))
                .mapToLong(AttributeProto::getI)
                .findFirst()
                .orElse(attribute.equals("group") ? 1 : 0);
    }

    private double[] read(String id) throws IOException, MalformedModelException {
        FloatBuffer floats =
                ByteBuffer.wrap(tensors.read(id)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        double[] values = new double[floats.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats.get(i);
        }
        return values;
    }
}
