package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
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

    /** Of longer tensors the elements are not looked at. */
    private static final int MAX_ELEMENTS = 4096;

    /** Tensors of one value are written out up to this length. */
    private static final int MAX_FILLED = 1 << 20;

    /** Several times what the largest models have; more is a loop without end. */
    private static final int MAX_NODES = 200_000;

    /** Constants besides the archive's own, in bytes. */
    private static final long MAX_CONSTANTS = 512L << 20;

    /** Constants that are computed one by one, which costs a session of ONNX Runtime each. */
    private static final int MAX_EVALUATIONS = 2_000;

    private final StorageReader storages;
    private final int opset;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node.Key, List<String>> known = new HashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, Initializer> initializers = new LinkedHashMap<>();
    private final Map<Object, String> initializerIds = new HashMap<>();
    private final Map<String, SymbolicTensor> inputs = new LinkedHashMap<>();
    private final Map<String, Set<String>> hooks = new LinkedHashMap<>();
    private final Set<String> constantHooks = new LinkedHashSet<>();
    private final ConstantBudget budget = new ConstantBudget();
    private String scope = "";
    private int ids;
    private int evaluations;
    private long constantBytes;

    /** What is known of a tensor of the graph. */
    record Tensor(ElementType type, List<Dim> shape, boolean constant) {

        /** How many elements it has; infinite if that depends on the batch. */
        double elements() {
            return shape.stream()
                    .mapToDouble(d -> d.isConstant() ? d.value() : Double.POSITIVE_INFINITY)
                    .reduce(1, (a, b) -> a * b);
        }

        double bytes() {
            return elements() * type.bytes();
        }
    }

    /**
     * An empty graph.
     *
     * @param storages reads the archive's tensors
     * @param opset the version of ONNX's operator set, 13 or later
     */
    public GraphBuilder(StorageReader storages, int opset) {
        this.storages = storages;
        this.opset = opset;
    }

    /**
     * Type and shape of an output that a node is to make.
     *
     * @param type its element type
     * @param shape the length of each axis
     */
    public record Output(ElementType type, List<Dim> shape) {}

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
        SymbolicTensor tensor = tensor(type, shape, false);
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
     * Names a tensor.
     *
     * @param hook the hook point that it is
     * @param tensor the tensor
     */
    public void mark(String hook, SymbolicTensor tensor) {
        if (tensor.source() instanceof Source.Computed computed && !computed.constant()) {
            hooks.computeIfAbsent(computed.id(), id -> new LinkedHashSet<>()).add(hook);
        } else {
            constantHooks.add(hook);
        }
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
            constant &= tensor == null || tensors.get(id(tensor)).constant();
        }
        Node.Key key = new Node.Key(operator, inputIds, outputs.size(), List.of(attributes));
        List<String> ids = known.get(key);
        if (ids == null) {
            if (nodes.size() >= MAX_NODES) {
                throw new LimitException("becomes more than " + MAX_NODES + " nodes");
            }
            ids = new ArrayList<>();
            for (Output output : outputs) {
                ids.add(newId(output.type(), output.shape(), constant));
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

    private SymbolicTensor tensor(ElementType type, List<Dim> shape, boolean constant) {
        return new SymbolicTensor(
                type, shape, new Source.Computed(newId(type, shape, constant), constant));
    }

    private String newId(ElementType type, List<Dim> shape, boolean constant) {
        String id = "%" + ids++;
        tensors.put(id, new Tensor(type, shape, constant));
        return id;
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

    /** The name that a tensor has while the graph is made; a constant becomes one by being used. */
    private String id(SymbolicTensor tensor) {
        Source source = tensor.source();
        if (source instanceof Source.Computed computed) {
            return computed.id();
        }
        if (source instanceof Source.Stored stored) {
            return initializer(
                    stored.tensor(),
                    new Initializer.Stored(stored.path(), tensor.type(), stored.tensor()));
        }
        if (source instanceof Source.Elements elements) {
            boolean known =
                    elements.values().stream()
                            .allMatch(v -> v instanceof Value.Real || v.whole().isConstant());
            return known ? known(tensor, elements.values()) : lengths(tensor, elements.values());
        }
        return source instanceof Source.Range range
                ? range(tensor, range)
                : filled(tensor, ((Source.Filled) source).value());
    }

    private String range(SymbolicTensor tensor, Source.Range range) {
        Dim end = range.start().plus(tensor.dim(0).times(range.step()));
        List<SymbolicTensor> bounds = new ArrayList<>();
        for (Dim bound : List.of(range.start(), end, range.step())) {
            bounds.add(SymbolicTensor.scalar(ElementType.INT64, new Value.Int(bound)));
        }
        SymbolicTensor wide = node("Range", ElementType.INT64, tensor.shape(), bounds);
        return id(tensor.type() == ElementType.INT64 ? wide : cast(wide, tensor.type()));
    }

    private SymbolicTensor cast(SymbolicTensor tensor, ElementType type) {
        return node(
                "Cast",
                type,
                tensor.shape(),
                List.of(tensor),
                Attributes.of("to", (long) type.onnx()));
    }

    private String known(SymbolicTensor tensor, List<Scalar> values) {
        List<Long> shape = tensor.shape().stream().map(Dim::value).toList();
        makeRoom(Math.multiplyExact((long) values.size(), tensor.type().bytes()));
        byte[] bytes = Elements.bytes(tensor.type(), values);
        return initializer(
                List.of(tensor.type(), shape, java.nio.ByteBuffer.wrap(bytes)),
                new Initializer.Known(scope + ".Constant", tensor.type(), shape, bytes));
    }

    private void makeRoom(long bytes) {
        constantBytes += bytes;
        if (constantBytes > MAX_CONSTANTS) {
            throw new LimitException("makes constants of more than " + MAX_CONSTANTS + " bytes");
        }
    }

    private String initializer(Object key, Initializer initializer) {
        return initializerIds.computeIfAbsent(
                key,
                k -> {
                    String id =
                            newId(
                                    initializer.type(),
                                    initializer.shape().stream().map(Dim::of).toList(),
                                    true);
                    initializers.put(id, initializer);
                    return id;
                });
    }

    private String filled(SymbolicTensor tensor, Scalar value) {
        boolean constant = tensor.shape().stream().allMatch(Dim::isConstant);
        SymbolicTensor one = SymbolicTensor.scalar(tensor.type(), value);
        if (constant && tensor.count().value() <= MAX_FILLED) {
            List<Scalar> values =
                    java.util.Collections.nCopies(Math.toIntExact(tensor.count().value()), value);
            return known(tensor, values);
        }
        return id(
                node("Expand", tensor.type(), tensor.shape(), List.of(one, dims(tensor.shape()))));
    }

    /** Lengths that depend on the batch are computed from the shape of the first input. */
    private String lengths(SymbolicTensor tensor, List<Scalar> values) {
        List<SymbolicTensor> parts = new ArrayList<>();
        for (Scalar value : values) {
            if (value instanceof Value.Real real && real.real() != Math.rint(real.real())) {
                throw new BatchDependentException("puts fractions beside " + Dim.BATCH);
            }
            parts.add(
                    value.whole().isConstant()
                            ? longs(value.whole().value())
                            : length(value.whole()));
        }
        List<Dim> vector = List.of(Dim.of(parts.size()));
        SymbolicTensor all =
                parts.size() == 1
                        ? parts.get(0)
                        : node(
                                "Concat",
                                ElementType.INT64,
                                vector,
                                parts,
                                Attributes.of("axis", 0L));
        SymbolicTensor shaped =
                tensor.shape().equals(vector)
                        ? all
                        : node(
                                "Reshape",
                                ElementType.INT64,
                                tensor.shape(),
                                List.of(all, dims(tensor.shape())));
        return id(tensor.type() == ElementType.INT64 ? shaped : cast(shaped, tensor.type()));
    }

    private SymbolicTensor length(Dim dim) {
        SymbolicTensor first =
                inputs.values().stream()
                        .filter(i -> i.rank() > 0 && i.dim(0).equals(Dim.BATCH))
                        .findFirst()
                        .orElseThrow();
        List<Dim> one = List.of(Dim.ONE);
        SymbolicTensor shape =
                node("Shape", ElementType.INT64, List.of(Dim.of(first.rank())), List.of(first));
        SymbolicTensor length =
                node(
                        "Gather",
                        ElementType.INT64,
                        one,
                        List.of(shape, longs(0)),
                        Attributes.of("axis", 0L));
        if (dim.batches() != 1) {
            length = node("Mul", ElementType.INT64, one, List.of(length, longs(dim.batches())));
        }
        return dim.constant() == 0
                ? length
                : node("Add", ElementType.INT64, one, List.of(length, longs(dim.constant())));
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
        if (tensor.source() instanceof Source.Elements elements) {
            return Optional.of(elements.values());
        }
        boolean few =
                tensor.isConstant()
                        && tensor.shape().stream().allMatch(Dim::isConstant)
                        && tensor.count().value() <= MAX_ELEMENTS;
        if (!few) {
            return Optional.empty();
        }
        int count = Math.toIntExact(tensor.count().value());
        if (tensor.source() instanceof Source.Filled filled) {
            return Optional.of(java.util.Collections.nCopies(count, filled.value()));
        }
        try {
            if (tensor.source() instanceof Source.Stored stored) {
                return Optional.of(
                        Elements.read(
                                tensor.type(), storages.read(stored.tensor(), stored.path())));
            }
            if (++evaluations > MAX_EVALUATIONS) {
                throw new LimitException(
                        "asks for the values of more than " + MAX_EVALUATIONS + " constants");
            }
            String id = id(tensor);
            Initializer value = evaluator(budget).evaluate(List.of(id)).get(id);
            if (value == null) {
                throw new ConstantException("it takes too much memory or work to compute");
            }
            return Optional.of(Elements.read(tensor.type(), value.read(storages)));
        } catch (IOException | MalformedModelException e) {
            throw new ConstantException(e);
        }
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
            if (id.isEmpty() || initializers.containsKey(id) || !seen.add(id)) {
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

    private ConstantEvaluator evaluator(ConstantBudget costs) {
        return new ConstantEvaluator(nodes, tensors, initializers, storages, opset, costs);
    }

    /**
     * Ends the graph: removes what nothing needs, computes what is constant, folds batch norms, and
     * names every tensor.
     *
     * @param outputs the model's results in order, with their hook points
     * @return the graph
     * @throws MalformedModelException if the archive's tensors can't be used
     * @throws IOException if the archive can't be read
     */
    public FinishedGraph finish(Collection<SymbolicTensor> outputs)
            throws IOException, MalformedModelException {
        List<String> results = new ArrayList<>();
        setScope("output");
        for (SymbolicTensor output : outputs) {
            String id = id(output);
            boolean own =
                    !results.contains(id)
                            && !tensors.get(id).constant()
                            && inputs.values().stream().noneMatch(i -> id(i).equals(id));
            if (own) {
                results.add(id);
            } else {
                // An output must be a tensor of its own.
                String copy = newId(output.type(), output.shape(), false);
                nodes.add(new Node("Identity", List.of(id), List.of(copy), List.of(), scope));
                results.add(copy);
            }
        }
        GraphPasses passes = new GraphPasses(nodes, tensors, initializers, storages);
        passes.removeUnused(results);
        passes.computeConstants(evaluator(new ConstantBudget()), results);
        passes.foldBatchNorms(results);
        passes.keepZeroPads();
        passes.removeUnused(results);
        Map<String, String> inputIds = new LinkedHashMap<>();
        inputs.forEach((name, tensor) -> inputIds.put(id(tensor), name));
        return new FinishedGraph(
                new TensorNames(passes.nodes(), initializers, inputIds, hooks),
                tensors,
                initializers,
                List.copyOf(inputIds.keySet()),
                results,
                constantHooks,
                opset);
    }
}
