package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A graph to look at and to edit: who makes and who reads each tensor.
 *
 * <p>Nodes are the protobuf builders themselves. Bodies of If, Loop and Scan are left as they are;
 * what they read from outside is known, so that it is kept. Not safe for use from several threads.
 */
public final class OnnxGraph {

    private static final Set<Integer> INTEGERS =
            Set.of(TensorProto.DataType.INT64_VALUE, TensorProto.DataType.INT32_VALUE);

    private final GraphProto proto;
    private final String source;
    private final Set<NodeProto.Builder> nodes = new LinkedHashSet<>();
    private Optional<List<NodeProto.Builder>> snapshot = Optional.empty();
    private final Set<String> outputs = new HashSet<>();
    private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
    private final Set<String> names;
    private final UnusedNames unused;
    private final Set<String> retyped = new HashSet<>();
    private final Map<String, TensorShapeProto> declaredOutputs = new HashMap<>();
    private final Map<String, NodeProto.Builder> producers = new HashMap<>();
    private final Map<String, Set<NodeProto.Builder>> consumers = new HashMap<>();

    OnnxGraph(GraphProto proto, String source) throws InvalidOnnxException {
        this.proto = proto;
        this.source = source;
        proto.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
        proto.getOutputList().forEach(o -> outputs.add(o.getName()));
        names = allNames(proto);
        unused = new UnusedNames(names);
        for (NodeProto node : proto.getNodeList()) {
            NodeProto.Builder builder = node.toBuilder();
            for (String output : node.getOutputList()) {
                if (!output.isEmpty() && producers.containsKey(output)) {
                    throw new InvalidOnnxException(
                            source,
                            "node '" + Nodes.nameOf(node) + "' makes tensor '" + output + "' anew");
                }
            }
            link(builder);
        }
    }

    /**
     * Where the model came from, for messages.
     *
     * @return its file, or another word
     */
    public String source() {
        return source;
    }

    /**
     * The nodes, in the order of the file and of {@link #add}.
     *
     * @return the nodes as they are now, unmodifiable
     */
    public List<NodeProto.Builder> nodes() {
        if (snapshot.isEmpty()) {
            snapshot = Optional.of(List.copyOf(nodes));
        }
        return snapshot.get();
    }

    /**
     * The nodes so ordered that each comes after those whose tensors it or its bodies read;
     * otherwise in the order of {@link #nodes}.
     *
     * @return a new list
     * @throws InvalidOnnxException if the graph has a cycle
     */
    public List<NodeProto.Builder> topologicalOrder() throws InvalidOnnxException {
        List<NodeProto.Builder> all = nodes();
        Map<NodeProto.Builder, Integer> position = new HashMap<>();
        Map<Integer, List<Integer>> after = new HashMap<>();
        int[] waitsFor = new int[all.size()];
        all.forEach(n -> position.put(n, position.size()));
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < waitsFor.length; i++) {
            Set<Integer> before = new LinkedHashSet<>();
            for (String read : reads(all.get(i))) {
                Optional.ofNullable(producers.get(read)).map(position::get).ifPresent(before::add);
            }
            for (int b : before) {
                after.computeIfAbsent(b, k -> new ArrayList<>()).add(i);
            }
            waitsFor[i] = before.size();
            if (before.isEmpty()) {
                ready.add(i);
            }
        }
        List<NodeProto.Builder> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            order.add(all.get(next));
            for (int reader : after.getOrDefault(next, List.of())) {
                if (--waitsFor[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        if (order.size() < all.size()) {
            Set<NodeProto.Builder> done = new HashSet<>(order);
            NodeProto.Builder stuck =
                    all.stream().filter(n -> !done.contains(n)).findFirst().orElseThrow();
            throw new InvalidOnnxException(
                    source, "node '" + Nodes.nameOf(stuck) + "' reads what depends on itself");
        }
        return order;
    }

    /**
     * Who makes a tensor.
     *
     * @param tensor the tensor's name
     * @return the node, or empty for inputs and initializers
     */
    public Optional<NodeProto.Builder> producer(String tensor) {
        return Optional.ofNullable(producers.get(tensor));
    }

    /**
     * Who reads a tensor, bodies of If, Loop and Scan included.
     *
     * @param tensor the tensor's name
     * @return the nodes, each once
     */
    public List<NodeProto.Builder> consumers(String tensor) {
        return List.copyOf(consumers.getOrDefault(tensor, Set.of()));
    }

    /**
     * Whether several nodes read a tensor, bodies of If, Loop and Scan included.
     *
     * @param tensor the tensor's name
     * @return true if more than one does
     */
    public boolean isShared(String tensor) {
        return consumers.getOrDefault(tensor, Set.of()).size() > 1;
    }

    /**
     * What a node reads, bodies of If, Loop and Scan included.
     *
     * @param node a node of this graph
     * @return names of tensors, each once
     */
    public Set<String> readBy(NodeProto.Builder node) {
        return reads(node);
    }

    /**
     * Whether a tensor is one of the graph's outputs.
     *
     * @param tensor the tensor's name
     * @return true if it is
     */
    public boolean isOutput(String tensor) {
        return outputs.contains(tensor);
    }

    /**
     * The value of a tensor that does not depend on the model's inputs: an initializer, or a
     * Constant node's value; through Identity.
     *
     * @param tensor the tensor's name
     * @return the value under the name of the tensor that holds it, or empty
     */
    public Optional<TensorProto> constant(String tensor) {
        String held = tensor;
        Set<String> seen = new HashSet<>();
        // An untrusted graph may let Identities feed each other.
        while (seen.add(held)) {
            Optional<NodeProto.Builder> identity =
                    initializers.containsKey(held)
                            ? Optional.empty()
                            : producer(held).filter(n -> Nodes.is(n, "Identity"));
            if (identity.isEmpty()) {
                return value(held);
            }
            held = identity.get().getInput(0);
        }
        return Optional.empty();
    }

    private Optional<TensorProto> value(String tensor) {
        return Optional.ofNullable(initializers.get(tensor))
                .or(() -> producer(tensor).flatMap(ConstantNodes::value));
    }

    /**
     * Whole numbers that are an attribute in old opsets and a constant input in new ones, such as
     * the axes of a reduction.
     *
     * @param node a node
     * @param attribute the attribute's name
     * @param input the input's position
     * @return the numbers, or empty if neither is there, or the input is no constant
     */
    public Optional<List<Long>> numbers(NodeProtoOrBuilder node, String attribute, int input) {
        return Nodes.attribute(node, attribute)
                .map(AttributeProto::getIntsList)
                .or(() -> Nodes.input(node, input).flatMap(this::integers));
    }

    /**
     * The elements of a constant of int64 or int32.
     *
     * @param tensor the tensor's name
     * @return its elements, the last axis fastest, or empty if it is of another type or no constant
     */
    public Optional<List<Long>> integers(String tensor) {
        return constant(tensor)
                .filter(t -> INTEGERS.contains(t.getDataType()))
                .map(Tensors::integers);
    }

    /**
     * The tensors that depend on the model's inputs, or on chance.
     *
     * @return names of inputs and of what nodes make
     * @throws InvalidOnnxException if the graph has a cycle
     */
    public Set<String> varying() throws InvalidOnnxException {
        Set<String> varying = new HashSet<>();
        proto.getInputList().forEach(i -> varying.add(i.getName()));
        for (NodeProto.Builder node : topologicalOrder()) {
            if (node.getOpType().startsWith("Random")
                    || reads(node).stream().anyMatch(varying::contains)) {
                varying.addAll(node.getOutputList());
            }
        }
        varying.remove("");
        return varying;
    }

    /**
     * Tensors and all that is computed from them.
     *
     * @param tensors names of tensors
     * @return their names and those of what depends on them, bodies of If, Loop and Scan left out
     * @throws InvalidOnnxException if the graph has a cycle
     */
    public Set<String> dependents(Set<String> tensors) throws InvalidOnnxException {
        Set<String> dependents = new LinkedHashSet<>(tensors);
        if (!tensors.isEmpty()) {
            for (NodeProto.Builder node : topologicalOrder()) {
                if (reads(node).stream().anyMatch(dependents::contains)) {
                    dependents.addAll(node.getOutputList());
                }
            }
            dependents.remove("");
        }
        return dependents;
    }

    /**
     * The tensors that the graph's nodes make, those of bodies left out.
     *
     * @return their names, in order of {@link #nodes}
     */
    public List<String> tensors() {
        return nodes.stream()
                .flatMap(n -> n.getOutputList().stream())
                .filter(o -> !o.isEmpty())
                .toList();
    }

    /**
     * Adds a node.
     *
     * @param node the node, whose outputs must be new
     * @throws IllegalArgumentException if another node makes one of its outputs
     */
    public void add(NodeProto.Builder node) {
        if (node.getOutputList().stream().anyMatch(producers::containsKey)) {
            throw new IllegalArgumentException("made twice: " + node.getOutputList());
        }
        link(node);
        names.add(node.getName());
        names.addAll(node.getOutputList());
    }

    /**
     * Removes a node. What it made may then be given by an initializer.
     *
     * @param node a node of this graph
     */
    public void remove(NodeProto.Builder node) {
        nodes.remove(node);
        snapshot = Optional.empty();
        node.getOutputList().forEach(producers::remove);
        reads(node).forEach(read -> forget(read, node));
    }

    /**
     * Lets a node read another tensor.
     *
     * @param node a node of this graph
     * @param index the input's position, from 0
     * @param tensor the tensor to read
     */
    public void setInput(NodeProto.Builder node, int index, String tensor) {
        String before = node.getInput(index);
        node.setInput(index, tensor);
        if (!reads(node).contains(before)) {
            forget(before, node);
        }
        if (!tensor.isEmpty()) {
            consumers.computeIfAbsent(tensor, k -> new LinkedHashSet<>()).add(node);
        }
    }

    private void forget(String tensor, NodeProto.Builder reader) {
        Optional.ofNullable(consumers.get(tensor)).ifPresent(readers -> readers.remove(reader));
    }

    /**
     * Lets a node make a tensor by another name. Who reads the tensor goes on reading the old one.
     *
     * @param node a node of this graph
     * @param index the output's position, from 0
     * @param tensor the new name, which nothing makes yet
     */
    public void setOutput(NodeProto.Builder node, int index, String tensor) {
        producers.remove(node.getOutput(index));
        node.setOutput(index, tensor);
        producers.put(tensor, node);
        names.add(tensor);
    }

    /**
     * Drops what the file says of a tensor's type and shape: they are others now. What is said of
     * an output stays; see {@link #declareOutput}.
     *
     * @param tensor the tensor's name
     */
    public void forgetType(String tensor) {
        retyped.add(tensor);
    }

    /**
     * Says anew what shape an output has, if it has another number of axes than the file says.
     *
     * @param tensor the output's name
     * @param shape its lengths, negative where they are open
     */
    public void declareOutput(String tensor, long[] shape) {
        TensorShapeProto.Builder declared = TensorShapeProto.newBuilder();
        for (long length : shape) {
            TensorShapeProto.Dimension.Builder axis = declared.addDimBuilder();
            if (length >= 0) {
                axis.setDimValue(length);
            }
        }
        declaredOutputs.put(tensor, declared.build());
    }

    /**
     * Adds a constant, or replaces the one of the same name.
     *
     * @param tensor the constant
     */
    public void addInitializer(TensorProto tensor) {
        initializers.put(tensor.getName(), tensor);
        names.add(tensor.getName());
    }

    /** Removes the initializers and Constant nodes that nothing reads any more. */
    public void removeUnusedConstants() {
        for (NodeProto.Builder node : nodes()) {
            if (Nodes.is(node, "Constant") && isUnused(node.getOutput(0))) {
                remove(node);
            }
        }
        initializers.keySet().removeIf(this::isUnused);
    }

    private boolean isUnused(String tensor) {
        return consumers.getOrDefault(tensor, Set.of()).isEmpty() && !isOutput(tensor);
    }

    /**
     * A name that no tensor and no node of the graph or of its bodies has yet.
     *
     * @param wish the name to start from
     * @return {@code wish}, or {@code wish} with a number
     */
    public String unusedName(String wish) {
        return unused.like(wish);
    }

    /**
     * Every name that a tensor or a node of the graph or of its bodies has or had.
     *
     * @return an unmodifiable view
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /** The edited graph. */
    GraphProto toProto() throws InvalidOnnxException {
        GraphProto.Builder graph = proto.toBuilder().clearNode().clearInitializer();
        graph.clearValueInfo();
        proto.getValueInfoList().stream()
                .filter(v -> isMade(v.getName()) && !retyped.contains(v.getName()))
                .forEach(graph::addValueInfo);
        for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
            Optional.ofNullable(declaredOutputs.get(output.getName()))
                    .filter(s -> s.getDimCount() != axes(output))
                    .ifPresent(s -> output.getTypeBuilder().getTensorTypeBuilder().setShape(s));
        }
        topologicalOrder().forEach(n -> graph.addNode(n.build()));
        graph.addAllInitializer(initializers.values());
        for (ValueInfoProto output : proto.getOutputList()) {
            String name = output.getName();
            if (!isMade(name)
                    && proto.getInputList().stream().noneMatch(i -> i.getName().equals(name))) {
                throw new InvalidOnnxException(source, "nothing makes the output '" + name + "'");
            }
        }
        return graph.build();
    }

    private static int axes(ValueInfoProto.Builder output) {
        return output.getType().getTensorType().getShape().getDimCount();
    }

    private boolean isMade(String tensor) {
        return producers.containsKey(tensor) || initializers.containsKey(tensor);
    }

    /**
     * Every name of a tensor or a node in a graph and in its bodies.
     *
     * @param graph the graph
     * @return the names
     */
    public static Set<String> allNames(GraphProto graph) {
        Set<String> names = new HashSet<>();
        graph.getInputList().forEach(i -> names.add(i.getName()));
        graph.getOutputList().forEach(o -> names.add(o.getName()));
        graph.getInitializerList().forEach(i -> names.add(i.getName()));
        for (NodeProto node : graph.getNodeList()) {
            names.add(node.getName());
            names.addAll(node.getInputList());
            names.addAll(node.getOutputList());
            Nodes.bodies(node).forEach(body -> names.addAll(allNames(body)));
        }
        return names;
    }

    private void link(NodeProto.Builder node) {
        nodes.add(node);
        snapshot = Optional.empty();
        node.getOutputList().stream()
                .filter(o -> !o.isEmpty())
                .forEach(o -> producers.put(o, node));
        reads(node)
                .forEach(r -> consumers.computeIfAbsent(r, k -> new LinkedHashSet<>()).add(node));
    }

    /** What a node and its bodies read from the graph. */
    private static Set<String> reads(NodeProtoOrBuilder node) {
        Set<String> reads = new LinkedHashSet<>(node.getInputList());
        Nodes.bodies(node).forEach(body -> reads.addAll(readsFromOutside(body)));
        reads.remove("");
        return reads;
    }

    private static Set<String> readsFromOutside(GraphProto body) {
        Set<String> reads =
                body.getOutputList().stream()
                        .map(ValueInfoProto::getName)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        body.getNodeList().forEach(n -> reads.addAll(reads(n)));
        body.getNodeList().forEach(n -> reads.removeAll(Set.copyOf(n.getOutputList())));
        body.getInputList().forEach(i -> reads.remove(i.getName()));
        body.getInitializerList().forEach(i -> reads.remove(i.getName()));
        return reads;
    }
}
