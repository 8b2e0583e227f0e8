package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.rangefinder.capture.files.AtomicFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An ONNX model held in memory, its external data included.
 *
 * <p>Immutable, hence safe from any thread; {@link #graph()} gives a copy to edit. Opset 11 and
 * later, up to the 2 GB that a protobuf file can hold.
 */
public final class OnnxModel {

    /** The least opset that is read: 11, of 2019. */
    public static final long LEAST_OPSET = 11;

    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private final ModelProto proto;
    private final String source;

    private OnnxModel(ModelProto proto, String source) {
        this.proto = proto;
        this.source = source;
    }

    /**
     * Reads a model, and the files beside it that hold its external data.
     *
     * @param file an {@code .onnx} file
     * @return the model
     * @throws IOException if the file is missing or cannot be read
     * @throws InvalidOnnxException if it is not ONNX, cut short, larger than 2 GB, without a graph,
     *     of an opset below 11, if a node has fewer or more inputs or outputs than its operator, or
     *     if a tensor's data is outside the model's folder or of another length than declared
     */
    public static OnnxModel read(Path file) throws IOException, InvalidOnnxException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new InvalidOnnxException(
                    file.toString(), "is a folder, a pipe or a device; name an .onnx file");
        }
        long size = Files.size(file);
        if (size > MOST_BYTES) {
            throw new InvalidOnnxException(
                    file.toString(), "has " + size + " bytes; ONNX holds at most 2 GB");
        }
        ModelProto.Builder model = ModelProto.newBuilder();
        ModelOutline.requireCountable(file);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            model.mergeFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw ModelOutline.invalid(file.toString(), e);
        }
        ExternalData external = new ExternalData(file, MOST_BYTES - size);
        readExternal(model.getGraphBuilder(), external);
        return of(model.build(), file.toString());
    }

    /**
     * Takes a model that was made in memory.
     *
     * @param proto the model, without external data
     * @param source where it came from, for messages
     * @return the model
     * @throws InvalidOnnxException as {@link #read} does
     */
    public static OnnxModel of(ModelProto proto, String source) throws InvalidOnnxException {
        if (!proto.hasGraph() || proto.getGraph().getOutputCount() == 0) {
            throw new InvalidOnnxException(source, "holds no ONNX graph; export the model again");
        }
        if (opset(proto) < LEAST_OPSET) {
            throw new InvalidOnnxException(
                    source,
                    "uses opset "
                            + opset(proto)
                            + "; "
                            + LEAST_OPSET
                            + " or later is needed; export with opset 13");
        }
        OnnxChecks.check(proto, opset(proto), source);
        return new OnnxModel(Initializers.asConstants(proto, source), source);
    }

    /**
     * Whether {@link #read} takes a model, whatever its constants are.
     *
     * @param outline the model; its constants are not looked at
     * @param source where it came from, for messages
     * @throws InvalidOnnxException as {@link #read} does
     */
    public static void requireReadable(ModelProto outline, String source)
            throws InvalidOnnxException {
        ModelProto.Builder model = outline.toBuilder();
        model.getGraphBuilder().clearInitializer();
        of(model.build(), source);
    }

    /**
     * Writes the model, data included, whole or not at all.
     *
     * @param file the file to make or to replace
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, proto::writeTo);
    }

    /**
     * The model in ONNX's file format.
     *
     * @return its bytes
     */
    public byte[] toBytes() {
        return proto.toByteArray();
    }

    /**
     * The protobuf message.
     *
     * @return the message, immutable
     */
    public ModelProto proto() {
        return proto;
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
     * The version of the default operator set.
     *
     * @return the opset, 0 if the model names none
     */
    public long opset() {
        return opset(proto);
    }

    static long opset(ModelProto model) {
        return model.getOpsetImportList().stream()
                .filter(o -> Nodes.isDefaultDomain(o.getDomain()))
                .mapToLong(OperatorSetIdProto::getVersion)
                .max()
                .orElse(0);
    }

    /**
     * What the model must be given. What has an initializer is no input: it is a constant.
     *
     * @return name, type and shape of each, in order
     */
    public List<ValueInfoProto> inputs() {
        return proto.getGraph().getInputList();
    }

    /**
     * What the model tells of itself.
     *
     * @return its metadata; of a key that is there twice, the first value
     */
    public Map<String, String> metadata() {
        return proto.getMetadataPropsList().stream()
                .collect(
                        Collectors.toMap(
                                StringStringEntryProto::getKey,
                                StringStringEntryProto::getValue,
                                (first, second) -> first));
    }

    /**
     * What the model gives.
     *
     * @return name, type and shape of each, in order
     */
    public List<ValueInfoProto> outputs() {
        return proto.getGraph().getOutputList();
    }

    /**
     * Copies the graph for looking at and editing.
     *
     * @return a new editable graph
     * @throws InvalidOnnxException if two nodes make the same tensor
     */
    public OnnxGraph graph() throws InvalidOnnxException {
        return new OnnxGraph(proto.getGraph(), source);
    }

    /**
     * This model with another graph.
     *
     * @param graph the graph, usually an edited copy of this model's
     * @return the new model
     * @throws InvalidOnnxException if the graph has a cycle or lost an output
     */
    public OnnxModel withGraph(OnnxGraph graph) throws InvalidOnnxException {
        return of(proto.toBuilder().setGraph(graph.toProto()).build(), source);
    }

    /**
     * This model with every tensor that its nodes make as an output, after its own outputs, so that
     * ONNX Runtime shows their values. Their types are left for it to find.
     *
     * @return the new model
     */
    public OnnxModel withEveryTensorAsOutput() {
        ModelProto.Builder open = proto.toBuilder();
        Set<String> outputs =
                outputs().stream().map(ValueInfoProto::getName).collect(Collectors.toSet());
        for (NodeProto node : proto.getGraph().getNodeList()) {
            for (String tensor : node.getOutputList()) {
                if (!tensor.isEmpty() && outputs.add(tensor)) {
                    open.getGraphBuilder().addOutputBuilder().setName(tensor);
                }
            }
        }
        return new OnnxModel(open.build(), source);
    }

    private static void readExternal(GraphProto.Builder graph, ExternalData external)
            throws IOException, InvalidOnnxException {
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                external.readInto(tensor);
            }
        }
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (attribute.hasT()
                        && attribute.getT().getDataLocation()
                                == TensorProto.DataLocation.EXTERNAL) {
                    external.readInto(attribute.getTBuilder());
                }
                if (attribute.hasG()) {
                    readExternal(attribute.getGBuilder(), external);
                }
            }
        }
    }
}
