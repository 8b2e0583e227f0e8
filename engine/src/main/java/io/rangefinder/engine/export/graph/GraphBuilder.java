package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import io.rangefinder.engine.export.symbolic.WeightView;
import io.rangefinder.engine.onnx.ProductKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gathers the nodes of a graph. What was computed before is not computed again: two equal nodes are
 * one. For one export; not safe for use from several threads.
 */
public final class GraphBuilder {

    /** Several times what the largest models have; more is a loop without end. */
    private static final int MAX_NODES = 200_000;

    private final int opset;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node.Key, List<String>> known = new HashMap<>();
    private final GraphTensors tensors;
    private final Constants constants;
    private final Map<String, SymbolicTensor> inputs = new LinkedHashMap<>();
    private final Map<String, Set<String>> hooks = new LinkedHashMap<>();
    private final Set<String> constantHooks = new LinkedHashSet<>();
    private final Map<String, Set<String>> remarks = new LinkedHashMap<>();
    private final Map<SymbolicTensor, SymbolicTensor> assumptions = new HashMap<>();
    private String scope = "";

    /**
     * An empty graph.
     *
     * @param storages reads the source's weights
     * @param opset the version of ONNX's operator set, 13 or later
     */
    public GraphBuilder(StorageReader storages, int opset) {
        this.opset = opset;
        tensors = new GraphTensors(storages);
        constants = new Constants(this, tensors);
    }

    /**
     * Type and shape of an output that a node is to make.
     *
     * @param type its element type
     * @param shape the length of each axis
     */
    public record Output(ElementType type, List<Dim> shape) {}

    /**
     * Reads the source's weights.
     *
     * @return the reader
     */
    public StorageReader storages() {
        return tensors.storages();
    }

    /**
     * The operator set.
     *
     * @return its version
     */
    public int opset() {
        return opset;
    }

    /**
     * Says what the next nodes are part of.
     *
     * @param newScope the layer's path and PyTorch's operator, as in {@code layer1.0/add}
     */
    public void setScope(String newScope) {
        scope = newScope;
    }

    /**
     * Adds an input.
     *
     * @param name its name
     * @param type its element type
     * @param shape the length of each axis
     * @return the input
     */
    public SymbolicTensor input(String name, ElementType type, List<Dim> shape) {
        Source source = new Source.Computed(tensors.add(type, shape, false), false);
        SymbolicTensor tensor = new SymbolicTensor(type, shape, source);
        inputs.put(name, tensor);
        return tensor;
    }

    /**
     * Whether a tensor is an input as it is given.
     *
     * @param tensor the tensor
     * @return true if it is
     */
    public boolean isInput(SymbolicTensor tensor) {
        return inputs.containsValue(tensor);
    }

    /**
     * Names a tensor. Nothing is recorded of complex ones: their real view has a name of its own.
     *
     * @param hook the hook point that it is
     * @param tensor the tensor
     */
    public void mark(String hook, SymbolicTensor tensor) {
        if (tensor.type().isComplex()) {
            return;
        }
        if (tensor.source() instanceof Source.Computed computed && !computed.constant()) {
            hooks.computeIfAbsent(computed.id(), id -> new LinkedHashSet<>()).add(hook);
        } else {
            constantHooks.add(hook);
        }
    }

    /**
     * Notes what the user should know of the layer that the next nodes are part of.
     *
     * @param what what there is to say, to stand before the layers' names
     */
    public void remark(String what) {
        String layer = scope.substring(0, Math.max(0, scope.lastIndexOf('/')));
        remarks.computeIfAbsent(what, w -> new LinkedHashSet<>())
                .add(layer.isEmpty() ? "the model" : layer);
    }

    /**
     * What the user should know.
     *
     * @return what there is to say, each with the layers that it was said of
     */
    public List<String> remarks() {
        return remarks.entrySet().stream()
                .map(e -> e.getKey() + " in " + String.join(", ", e.getValue()))
                .toList();
    }

    /**
     * Notes that one way of the code was followed though the inputs decide: whoever makes the
     * results that differ asks for {@link #assumption}.
     *
     * @param about what was asked about
     * @param holds a truth without axes: whether the inputs lead this way
     */
    public void assume(SymbolicTensor about, SymbolicTensor holds) {
        assumptions.put(about, holds);
    }

    /**
     * What was assumed of a tensor.
     *
     * @param about the tensor
     * @return whether the inputs lead the way that was followed; empty if nothing was assumed
     */
    public Optional<SymbolicTensor> assumption(SymbolicTensor about) {
        return Optional.ofNullable(assumptions.get(about));
    }

    String scope() {
        return scope;
    }

    /** The inputs, in order. */
    Collection<SymbolicTensor> inputs() {
        return inputs.values();
    }

    /**
     * Adds a node with one output.
     *
     * @param operator its operator, such as {@code Conv}
     * @param type its output's element type
     * @param shape its output's shape
     * @param read what it reads, in order; null for an input left out
     * @param attributes its attributes
     * @return its output
     */
    public SymbolicTensor node(
            String operator,
            ElementType type,
            List<Dim> shape,
            List<SymbolicTensor> read,
            AttributeProto... attributes) {
        return nodes(operator, List.of(new Output(type, shape)), read, attributes).get(0);
    }

    /**
     * Adds a node.
     *
     * @param operator its operator, such as {@code Split}
     * @param outputs its outputs' types and shapes
     * @param read what it reads, in order; null for an input left out
     * @param attributes its attributes
     * @return its outputs
     */
    public List<SymbolicTensor> nodes(
            String operator,
            List<Output> outputs,
            List<SymbolicTensor> read,
            AttributeProto... attributes) {
        List<String> inputIds = new ArrayList<>();
        boolean constant = true;
        for (SymbolicTensor tensor : read) {
            inputIds.add(tensor == null ? "" : id(tensor));
            constant &= tensor == null || tensors.isConstant(id(tensor));
        }
        Node.Key key = new Node.Key(operator, inputIds, outputs.size(), List.of(attributes));
        List<String> ids = known.get(key);
        if (ids == null) {
            if (nodes.size() >= MAX_NODES) {
                throw new LimitException("becomes more than " + MAX_NODES + " nodes");
            }
            ids = new ArrayList<>();
            for (Output output : outputs) {
                ids.add(tensors.add(output.type(), output.shape(), constant));
            }
            if (constant) {
                // What is made of a transform's matrix is one, too.
                List<String> made = ids;
                tensors.kind(inputIds).ifPresent(k -> made.forEach(id -> tensors.mark(id, k)));
            }
            nodes.add(new Node(operator, inputIds, ids, List.of(attributes), scope));
            known.put(key, ids);
        }
        List<SymbolicTensor> made = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            made.add(
                    new SymbolicTensor(
                            outputs.get(i).type(),
                            outputs.get(i).shape(),
                            new Source.Computed(ids.get(i), constant)));
        }
        return made;
    }

    /** The name that a tensor has while the graph is made; a constant becomes one by being used. */
    private String id(SymbolicTensor tensor) {
        if (tensor.type().isComplex()) {
            throw new IllegalArgumentException("complex numbers among a node's operands");
        }
        return tensor.source() instanceof Source.Computed computed
                ? computed.id()
                : constants.add(tensor);
    }

    /**
     * A constant tensor of whole numbers, as shapes and axes are.
     *
     * @param values its elements
     * @return a tensor of type int64 with one axis
     */
    public SymbolicTensor longs(List<Long> values) {
        return SymbolicTensor.of(
                ElementType.INT64,
                List.of(Dim.of(values.size())),
                values.stream().map(Value.Int::of).toList());
    }

    /**
     * A constant tensor of whole numbers.
     *
     * @param values its elements
     * @return a tensor of type int64 with one axis
     */
    public SymbolicTensor longs(long... values) {
        return longs(Arrays.stream(values).boxed().toList());
    }

    /**
     * A tensor of lengths, which may depend on the batch.
     *
     * @param values its elements
     * @return a tensor of type int64 with one axis
     */
    public SymbolicTensor dims(List<Dim> values) {
        return SymbolicTensor.of(
                ElementType.INT64,
                List.of(Dim.of(values.size())),
                values.stream().map(Value.Int::new).toList());
    }

    /**
     * A tensor of a single value without axes.
     *
     * @param type its element type
     * @param value its element
     * @return the tensor
     */
    public SymbolicTensor scalar(ElementType type, double value) {
        return SymbolicTensor.scalar(type, new Value.Real(value));
    }

    /**
     * The matrix of a transform, such as Fourier's. A product with it is no layer whose weight was
     * trained.
     *
     * @param type float16, float32 or float64
     * @param shape the length of each axis, none of which depends on the batch
     * @param values its elements, the last axis fastest
     * @return the tensor
     */
    public SymbolicTensor transform(ElementType type, List<Dim> shape, double[] values) {
        String id = constants.addTransform(type, shape, values);
        return new SymbolicTensor(type, shape, new Source.Computed(id, true));
    }

    /**
     * Says of a tensor, if it is constant, that products with it are those of complex numbers.
     *
     * @param tensor a tensor
     * @return the tensor
     */
    public SymbolicTensor ofComplex(SymbolicTensor tensor) {
        if (tensor.isConstant()) {
            tensors.mark(id(tensor), ProductKind.COMPLEX);
        }
        return tensor;
    }

    /**
     * The elements of a constant.
     *
     * @param tensor a tensor
     * @return its elements, the last axis fastest, if they do not depend on the model's inputs and
     *     are few
     * @throws ConstantException if they can't be computed
     */
    public Optional<List<Scalar>> elements(SymbolicTensor tensor) {
        return constants.elements(tensor);
    }

    /**
     * Whether a tensor follows from the lengths of axes and from constants alone.
     *
     * @param tensor a tensor
     * @return true if no element of the model's inputs has a part in it
     */
    public boolean isOfLengths(SymbolicTensor tensor) {
        Map<String, Node> producers = new HashMap<>();
        nodes.forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
        Set<String> seen = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(List.of(id(tensor)));
        while (!open.isEmpty()) {
            String id = open.remove(open.size() - 1);
            if (id.isEmpty() || tensors.initializers().containsKey(id) || !seen.add(id)) {
                continue;
            }
            Node producer = producers.get(id);
            if (producer == null) {
                return false;
            }
            if (!producer.operator().equals("Shape")) {
                open.addAll(producer.inputs());
            }
        }
        return true;
    }

    /**
     * Whether any of some tensors follows from a weight.
     *
     * @param results the tensors
     * @param stored the weight, whose storage others may view, too
     * @return true if one does
     */
    public boolean isNeeded(Collection<SymbolicTensor> results, WeightView stored) {
        return Ancestors.of(nodes, results.stream().map(this::id).toList()).stream()
                .map(tensors.initializers()::get)
                .anyMatch(
                        i ->
                                i instanceof Initializer.Stored weight
                                        && weight.view().storage().equals(stored.storage()));
    }

    /** Computes the tensors that follow from the constants that are there so far. */
    ConstantEvaluator evaluator(ConstantBudget budget) {
        return new ConstantEvaluator(nodes, tensors, opset, budget);
    }

    /**
     * Ends the graph: removes what nothing needs, computes what is constant, folds batch norms, and
     * names every tensor.
     *
     * @param outputs the model's results in order, with their hook points
     * @return the graph
     * @throws MalformedModelException if the source's weights can't be used
     * @throws IOException if the source can't be read
     */
    public FinishedGraph finish(Collection<SymbolicTensor> outputs)
            throws IOException, MalformedModelException {
        List<String> results = new ArrayList<>();
        setScope("output");
        for (SymbolicTensor output : outputs) {
            String id = id(output);
            boolean own =
                    !results.contains(id)
                            && !tensors.isConstant(id)
                            && inputs.values().stream().noneMatch(i -> id(i).equals(id));
            if (own) {
                results.add(id);
            } else {
                // An output must be a tensor of its own.
                String copy = tensors.add(output.type(), output.shape(), false);
                nodes.add(new Node("Identity", List.of(id), List.of(copy), List.of(), scope));
                results.add(copy);
            }
        }
        GraphPasses passes = new GraphPasses(nodes, tensors);
        passes.removeUnused(results);
        Map<String, String> inputIds = new LinkedHashMap<>();
        inputs.forEach((name, tensor) -> inputIds.put(id(tensor), name));
        passes.moveCasts(inputIds.keySet(), results)
                .forEach(
                        (gone, same) -> {
                            Set<String> points = hooks.remove(gone);
                            if (points != null) {
                                hooks.computeIfAbsent(same, s -> new LinkedHashSet<>())
                                        .addAll(points);
                            }
                        });
        passes.computeConstants(evaluator(new ConstantBudget()), results);
        passes.foldBatchNorms(results);
        passes.keepZeroPads();
        passes.removeUnused(results);
        return new FinishedGraph(
                new TensorNames(passes.nodes(), tensors, inputIds, hooks),
                tensors,
                List.copyOf(inputIds.keySet()),
                results,
                constantHooks,
                opset);
    }
}
