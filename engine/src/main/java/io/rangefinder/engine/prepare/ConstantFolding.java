package io.rangefinder.engine.prepare;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes what is constant with ONNX Runtime, the operators' reference, and keeps the results
 * under the names of the tensors: weights behind Transpose, Cast, Reshape or arithmetic. Bounded in
 * memory and work by {@link FoldableOperators}; what would cost more stays as it is.
 */
final class ConstantFolding implements Pass {

    private static final Logger LOGGER = LoggerFactory.getLogger(ConstantFolding.class);

    /** What makes more of less stays, beyond this many elements. */
    private static final double MOST_GROWN = 1 << 20;

    /** What may be made beside what is there, in elements. */
    private static final double MOST_ELEMENTS = 1 << 24;

    /** Each constant may go through as many operators. */
    private static final double MOST_TIMES = 8;

    /** A second or so of multiplications. */
    private static final double MOST_WORK = 1e10;

    /** Lengths that depend on lengths that depend on lengths... */
    private static final int MOST_ROUNDS = 100;

    /** The most that protobuf can hold. */
    private static final double MOST_BYTES = Integer.MAX_VALUE;

    private static final Map<DataType, Integer> TYPES =
            Map.of(
                    DataType.FLOAT32, TensorProto.DataType.FLOAT_VALUE,
                    DataType.FLOAT64, TensorProto.DataType.DOUBLE_VALUE,
                    DataType.INT64, TensorProto.DataType.INT64_VALUE,
                    DataType.INT32, TensorProto.DataType.INT32_VALUE,
                    DataType.INT16, TensorProto.DataType.INT16_VALUE,
                    DataType.INT8, TensorProto.DataType.INT8_VALUE,
                    DataType.UINT8, TensorProto.DataType.UINT8_VALUE,
                    DataType.BOOLEAN, TensorProto.DataType.BOOL_VALUE);

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) throws InvalidOnnxException {
        double constants =
                model.proto().getGraph().getInitializerList().stream()
                        .mapToDouble(Tensors::elements)
                        .sum();
        Budget budget = new Budget(MOST_ELEMENTS + MOST_TIMES * constants, MOST_WORK);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Round next = new Round(graph, budget);
            if (next.nodes.isEmpty() || !next.fold(graph, model)) {
                return;
            }
        }
    }

    /** What is left to spend. Mutable. */
    private static final class Budget {

        private double elements;
        private double work;

        Budget(double elements, double work) {
            this.elements = elements;
            this.work = work;
        }

        boolean take(double made, double multiplications) {
            if (made > elements || multiplications > work) {
                return false;
            }
            elements -= made;
            work -= multiplications;
            return true;
        }
    }

    /** The nodes that one session computes. For one use. */
    private static final class Round {

        private final Map<String, TensorProto> known = new LinkedHashMap<>();
        private final Map<String, Double> pending = new HashMap<>();
        private final Set<NodeProto.Builder> nodes = new LinkedHashSet<>();

        Round(OnnxGraph graph, Budget budget) throws InvalidOnnxException {
            FoldableOperators operators = new FoldableOperators(known, pending);
            for (NodeProto.Builder node : graph.topologicalOrder()) {
                if (Nodes.is(node, "Constant") || !allConstant(graph, node)) {
                    continue;
                }
                OptionalDouble elements = operators.elements(node);
                if (elements.isPresent()
                        && !grows(node, elements.getAsDouble())
                        && budget.take(
                                elements.getAsDouble(),
                                operators.work(node.build(), elements.getAsDouble()))) {
                    nodes.add(node);
                    node.getOutputList().forEach(o -> pending.put(o, elements.getAsDouble()));
                }
            }
        }

        private boolean allConstant(OnnxGraph graph, NodeProto.Builder node) {
            boolean constant =
                    node.getInputCount() > 0
                            && node.getOutputList().stream().noneMatch(graph::isOutput)
                            && Nodes.bodies(node).isEmpty();
            for (String input : constant ? node.getInputList() : List.<String>of()) {
                if (input.isEmpty() || pending.containsKey(input) || known.containsKey(input)) {
                    continue;
                }
                Optional<TensorProto> value =
                        graph.constant(input)
                                .filter(Round::isComputable)
                                .map(t -> t.toBuilder().setName(input).build());
                if (value.isEmpty()) {
                    return false;
                }
                known.put(input, value.get());
            }
            return constant;
        }

        private static boolean isComputable(TensorProto tensor) {
            return TYPES.containsValue(tensor.getDataType());
        }

        private boolean grows(NodeProto.Builder node, double elements) {
            double read =
                    node.getInputList().stream()
                            .mapToDouble(
                                    i ->
                                            known.containsKey(i)
                                                    ? Tensors.elements(known.get(i))
                                                    : pending.getOrDefault(i, 0.0))
                            .sum();
            return elements > MOST_GROWN && elements > 2 * read;
        }

        /** Computes the nodes and puts their values in their place. Gives whether it could. */
        boolean fold(OnnxGraph graph, OnnxModel model) {
            List<String> wanted = new ArrayList<>();
            for (NodeProto.Builder node : nodes) {
                for (String output : node.getOutputList()) {
                    if (!nodes.containsAll(graph.consumers(output))) {
                        wanted.add(output);
                    }
                }
            }
            Map<String, TensorProto> values = new HashMap<>();
            if (!wanted.isEmpty()) {
                try {
                    values = compute(wanted, model);
                } catch (EngineException | InvalidOnnxException e) {
                    // What runs the model will say so, too, unless it knows a type that this
                    // does not; the layers behind are reported as without a constant weight.
                    LOGGER.warn("{}: constants are left as they are", model.source(), e);
                    return false;
                }
                if (!values.keySet().containsAll(wanted)) {
                    LOGGER.warn("{}: constants of strings are left as they are", model.source());
                    return false;
                }
            }
            nodes.forEach(graph::remove);
            wanted.stream().map(values::get).forEach(graph::addInitializer);
            return true;
        }

        private Map<String, TensorProto> compute(List<String> wanted, OnnxModel model)
                throws InvalidOnnxException {
            ModelProto.Builder part =
                    ModelProto.newBuilder()
                            .setIrVersion(model.proto().getIrVersion())
                            .addOpsetImport(
                                    OperatorSetIdProto.newBuilder().setVersion(model.opset()));
            part.getGraphBuilder().setName("constants");
            nodes.forEach(part.getGraphBuilder()::addNode);
            Set<String> read =
                    nodes.stream()
                            .flatMap(n -> n.getInputList().stream())
                            .collect(Collectors.toSet());
            double bytes = 0;
            for (Map.Entry<String, TensorProto> constant : known.entrySet()) {
                if (read.contains(constant.getKey())) {
                    bytes += constant.getValue().getSerializedSize();
                    part.getGraphBuilder().addInitializer(constant.getValue());
                }
            }
            if (bytes > MOST_BYTES) {
                throw new InvalidOnnxException(
                        model.source(), "has constants of " + bytes + " bytes to be computed");
            }
            wanted.forEach(w -> part.getGraphBuilder().addOutputBuilder().setName(w));
            Map<String, TensorProto> values = new HashMap<>();
            try (OrtModel session =
                    OrtModel.load(
                            part.build().toByteArray(),
                            model.source() + "'s constants",
                            Execution.UNOPTIMIZED,
                            1)) {
                for (NamedTensor value : session.run(List.of())) {
                    values.put(value.name(), tensor(value));
                }
            }
            return values;
        }

        private static TensorProto tensor(NamedTensor value) {
            return TensorProto.newBuilder()
                    .setName(value.name())
                    .setDataType(Objects.requireNonNull(TYPES.get(value.type())))
                    .addAllDims(Arrays.stream(value.shape().getShape()).boxed().toList())
                    .setRawData(ByteString.copyFrom(value.data().duplicate().clear()))
                    .build();
        }
    }
}
