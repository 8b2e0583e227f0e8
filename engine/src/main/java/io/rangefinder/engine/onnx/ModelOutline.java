package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads of a model what tells its shapes: nodes, types, and of large initializers their axes alone,
 * so that memory follows the graph's size and not the weights'. Stateless.
 */
public final class ModelOutline {

    /** Longer initializers are no shapes. */
    private static final int SMALL_BYTES = 4096;

    private static final int BUFFER_BYTES = 1 << 16;

    private ModelOutline() {}

    /**
     * Reads a file.
     *
     * @param file the {@code .onnx} file
     * @return the model without the data of large initializers
     * @throws IOException if it can't be read
     * @throws InvalidOnnxException if it is no ONNX
     */
    public static ModelProto read(Path file) throws IOException, InvalidOnnxException {
        requireCountable(file);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            return read(CodedInputStream.newInstance(in), file.toString());
        }
    }

    /**
     * Reads a model in memory.
     *
     * @param model the model in ONNX's file format
     * @param source where it came from, for messages
     * @return the model without the data of large initializers
     * @throws InvalidOnnxException if it is no ONNX
     */
    public static ModelProto read(byte[] model, String source) throws InvalidOnnxException {
        try {
            FieldCount.require(CodedInputStream.newInstance(model), source);
            return read(CodedInputStream.newInstance(model), source);
        } catch (IOException e) {
            throw invalid(source, e);
        }
    }

    private static ModelProto read(CodedInputStream in, String source)
            throws IOException, InvalidOnnxException {
        try {
            return model(in);
        } catch (InvalidProtocolBufferException e) {
            throw invalid(source, e);
        }
    }

    /** Refuses a file that memory does not suffice for once it is parsed. */
    static void requireCountable(Path file) throws IOException, InvalidOnnxException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            FieldCount.require(CodedInputStream.newInstance(in), file.toString());
        } catch (InvalidProtocolBufferException e) {
            throw invalid(file.toString(), e);
        }
    }

    static InvalidOnnxException invalid(String source, IOException e) {
        return new InvalidOnnxException(
                source,
                "is not an ONNX file, or was cut short (" + e.getMessage() + "); export again",
                e);
    }

    private static ModelProto model(CodedInputStream in) throws IOException {
        ModelProto.Builder model = ModelProto.newBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (is(tag, ModelProto.GRAPH_FIELD_NUMBER)) {
                int outer = in.pushLimit(in.readRawVarint32());
                graph(in, model.getGraphBuilder());
                in.popLimit(outer);
            } else if (is(tag, ModelProto.OPSET_IMPORT_FIELD_NUMBER)) {
                model.addOpsetImport(message(in, OperatorSetIdProto.parser()));
            } else if (is(tag, ModelProto.FUNCTIONS_FIELD_NUMBER)) {
                model.addFunctions(message(in, FunctionProto.parser()));
            } else {
                in.skipField(tag);
            }
        }
        return model.build();
    }

    private static void graph(CodedInputStream in, GraphProto.Builder graph) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (is(tag, GraphProto.NODE_FIELD_NUMBER)) {
                graph.addNode(message(in, NodeProto.parser()));
            } else if (is(tag, GraphProto.INITIALIZER_FIELD_NUMBER)) {
                graph.addInitializer(tensor(in));
            } else if (is(tag, GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER)) {
                graph.addSparseInitializer(message(in, SparseTensorProto.parser()));
            } else if (is(tag, GraphProto.INPUT_FIELD_NUMBER)) {
                graph.addInput(message(in, ValueInfoProto.parser()));
            } else if (is(tag, GraphProto.OUTPUT_FIELD_NUMBER)) {
                graph.addOutput(message(in, ValueInfoProto.parser()));
            } else {
                in.skipField(tag);
            }
        }
    }

    private static TensorProto tensor(CodedInputStream in) throws IOException {
        int bytes = in.readRawVarint32();
        int outer = in.pushLimit(bytes);
        TensorProto.Builder tensor = TensorProto.newBuilder();
        if (bytes <= SMALL_BYTES) {
            tensor.mergeFrom(in);
        } else {
            axes(in, tensor);
        }
        in.popLimit(outer);
        return tensor.build();
    }

    private static void axes(CodedInputStream in, TensorProto.Builder tensor) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            boolean plain = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
            if (number == TensorProto.DIMS_FIELD_NUMBER && plain) {
                tensor.addDims(in.readInt64());
            } else if (is(tag, TensorProto.DIMS_FIELD_NUMBER)) {
                int outer = in.pushLimit(in.readRawVarint32());
                while (in.getBytesUntilLimit() > 0) {
                    tensor.addDims(in.readInt64());
                }
                in.popLimit(outer);
            } else if (number == TensorProto.DATA_TYPE_FIELD_NUMBER && plain) {
                tensor.setDataType(in.readInt32());
            } else if (is(tag, TensorProto.NAME_FIELD_NUMBER)) {
                tensor.setName(in.readString());
            } else {
                in.skipField(tag);
            }
        }
    }

    /** Whether a field of messages, strings or packed numbers comes. */
    private static boolean is(int tag, int field) {
        return WireFormat.getTagFieldNumber(tag) == field
                && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static <T extends MessageLite> T message(CodedInputStream in, Parser<T> parser)
            throws IOException {
        return in.readMessage(parser, ExtensionRegistryLite.getEmptyRegistry());
    }
}
