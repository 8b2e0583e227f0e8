package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.engine.onnx.HookNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A graph to be written. Its weights are still in the source. Immutable. */
public final class FinishedGraph {

    /** What protobuf can hold, less what the graph itself takes. */
    private static final long MAX_MODEL = Integer.MAX_VALUE - (64L << 20);

    /** In bytes; no tensor has as many axes. */
    private static final long MOST_OF_A_SHAPE = 1 << 12;

    private final TensorNames names;
    private final GraphTensors tensors;
    private final List<String> inputs;
    private final List<String> outputs;
    private final Set<String> constantHooks;
    private final int opset;
    private final Map<String, String> metadata;

    FinishedGraph(
            TensorNames names,
            GraphTensors tensors,
            List<String> inputs,
            List<String> outputs,
            Set<String> constantHooks,
            int opset) {
        this(names, tensors, inputs, outputs, constantHooks, opset, Map.of());
    }

    private FinishedGraph(
            TensorNames names,
            GraphTensors tensors,
            List<String> inputs,
            List<String> outputs,
            Set<String> constantHooks,
            int opset,
            Map<String, String> metadata) {
        this.metadata = metadata;
        this.names = names;
        this.tensors = tensors;
        this.inputs = inputs;
        this.outputs = outputs;
        this.constantHooks = constantHooks;
        this.opset = opset;
    }

    /**
     * The same graph with notes for whoever reads the model.
     *
     * @param more keys and values, beside those that it has
     * @return a graph that is written with them in its metadata
     */
    public FinishedGraph withMetadata(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(metadata);
        all.putAll(more);
        return new FinishedGraph(names, tensors, inputs, outputs, constantHooks, opset, all);
    }

    /**
     * The names of the inputs.
     *
     * @return a name each, in order
     */
    public List<String> inputNames() {
        return inputs.stream().map(names::of).toList();
    }

    /**
     * The number of bytes that the weights take.
     *
     * @return their sum
     */
    public long weightBytes() {
        return tensors.initializers().values().stream().mapToLong(Initializer::bytes).sum();
    }

    /**
     * Whether the weights fit into the model's own file.
     *
     * @return false if they need another one beside it
     */
    public boolean isOneFile() {
        return weightBytes() <= MAX_MODEL;
    }

    /**
     * The graph with its weights in memory.
     *
     * @param storages reads the source that the graph was made from
     * @return the model in ONNX's format
     * @throws MalformedModelException if a weight can't be read, or all of them take more than the
     *     2 GB that an ONNX model can hold
     * @throws IOException if the source can't be read
     */
    public ModelProto toModel(StorageReader storages) throws IOException, MalformedModelException {
        if (weightBytes() > MAX_MODEL) {
            throw new MalformedModelException(
                    storages.name()
                            + " has "
                            + weightBytes()
                            + " bytes of weights; an ONNX model without external data holds at most"
                            + " 2 GB. Export it to a file");
        }
        ModelProto.Builder model = withoutWeights();
        for (Map.Entry<String, Initializer> entry : tensors.initializers().entrySet()) {
            model.getGraphBuilder()
                    .addInitializer(
                            GraphWriter.tensor(
                                    names.of(entry.getKey()),
                                    entry.getValue(),
                                    entry.getValue().read(storages)));
        }
        return model.build();
    }

    /**
     * Writes the model, whole or not at all. Weights of more than 2 GB go into a file beside it, of
     * the same name with {@code .data} behind it.
     *
     * @param file the {@code .onnx} file to make or to replace
     * @param storages reads the source that the graph was made from
     * @throws MalformedModelException if a weight can't be read
     * @throws IOException if a file can't be read or written
     */
    public void write(Path file, StorageReader storages)
            throws IOException, MalformedModelException {
        write(file, storages, MAX_MODEL);
    }

    /** Takes another limit, so that a test need not write 2 GB. */
    void write(Path file, StorageReader storages, long limit)
            throws IOException, MalformedModelException {
        if (weightBytes() <= limit) {
            List<TensorProto> weights = new ArrayList<>();
            tensors.initializers()
                    .forEach(
                            (id, initializer) ->
                                    weights.add(
                                            GraphWriter.tensor(names.of(id), initializer).build()));
            List<Initializer> elements = List.copyOf(tensors.initializers().values());
            OneFile model = new OneFile(withoutWeights().build(), weights);
            write(file, out -> model.writeTo(out, (i, to) -> write(elements.get(i), to, storages)));
            return;
        }
        Path data = file.resolveSibling(file.getFileName() + ".data");
        ModelProto.Builder model = withoutWeights();
        write(data, out -> writeWeights(out, data.getFileName().toString(), model, storages));
        AtomicFile.write(file, model.build()::writeTo);
    }

    private static void write(Path file, AtomicFile.Content content)
            throws IOException, MalformedModelException {
        try {
            AtomicFile.write(file, content);
        } catch (IOException e) {
            if (e.getCause() instanceof MalformedModelException malformed) {
                throw malformed;
            }
            throw e;
        }
    }

    private static void write(Initializer weight, OutputStream out, StorageReader storages)
            throws IOException {
        try {
            weight.writeTo(out, storages);
        } catch (MalformedModelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The format is <a href="https://onnx.ai/onnx/repo-docs/ExternalData.html">ONNX's</a>. */
    private void writeWeights(
            OutputStream out, String location, ModelProto.Builder model, StorageReader storages)
            throws IOException {
        long offset = 0;
        for (Map.Entry<String, Initializer> entry : tensors.initializers().entrySet()) {
            Initializer initializer = entry.getValue();
            write(initializer, out, storages);
            TensorProto.Builder tensor =
                    GraphWriter.tensor(names.of(entry.getKey()), initializer)
                            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
            Map<String, String> where = new LinkedHashMap<>();
            where.put("location", location);
            where.put("offset", Long.toString(offset));
            where.put("length", Long.toString(initializer.bytes()));
            where.forEach(
                    (key, value) -> tensor.addExternalDataBuilder().setKey(key).setValue(value));
            model.getGraphBuilder().addInitializer(tensor);
            offset += initializer.bytes();
        }
    }

    /**
     * The graph with those constants only that are so short that they may be a shape; of others it
     * is said that they are elsewhere.
     *
     * @param storages reads the source that the graph was made from
     * @return the model in ONNX's format
     * @throws MalformedModelException if a constant can't be read
     * @throws IOException if the source can't be read
     */
    public ModelProto outline(StorageReader storages) throws IOException, MalformedModelException {
        ModelProto.Builder model = withoutWeights();
        for (Map.Entry<String, Initializer> entry : tensors.initializers().entrySet()) {
            String name = names.of(entry.getKey());
            Initializer initializer = entry.getValue();
            model.getGraphBuilder()
                    .addInitializer(
                            initializer.bytes() <= MOST_OF_A_SHAPE
                                    ? GraphWriter.tensor(
                                            name, initializer, initializer.read(storages))
                                    : GraphWriter.tensor(name, initializer)
                                            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                                            .build());
        }
        return model.build();
    }

    private ModelProto.Builder withoutWeights() {
        ModelProto.Builder model = GraphWriter.newModel(opset);
        GraphProto.Builder graph = model.getGraphBuilder();
        inputs.forEach(id -> graph.addInput(info(id)));
        outputs.forEach(id -> graph.addOutput(info(id)));
        for (Node node : names.nodes()) {
            NodeProto.Builder proto = GraphWriter.node(node, names.ofNode(node), names::of);
            tensors.kind(node.inputs()).ifPresent(kind -> kind.mark(proto));
            graph.addNode(proto);
            node.outputs().stream()
                    .filter(o -> !o.isEmpty() && !outputs.contains(o))
                    .forEach(o -> graph.addValueInfo(info(o)));
        }
        hookNames().writeTo(model);
        metadata.forEach((key, v) -> model.addMetadataPropsBuilder().setKey(key).setValue(v));
        return model;
    }

    private ValueInfoProto info(String id) {
        return GraphWriter.valueInfo(
                names.of(id), tensors.info(id).type(), tensors.info(id).shape());
    }

    /**
     * Which hook points the tensors are.
     *
     * @return the hook points of each tensor, and those without one
     */
    public HookNames hookNames() {
        Set<String> without = new TreeSet<>(constantHooks);
        without.addAll(names.lostHooks());
        names.hooks().values().forEach(without::removeAll);
        return new HookNames(names.hooks(), without);
    }
}
