package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts what a file holds before it is parsed: an empty message takes two bytes there and a
 * hundred as an object. Data of tensors is passed over, so that it takes next to no time. For one
 * use.
 */
final class FieldCount {

    /** In eighths of a message. The largest networks that people run have a tenth of it. */
    private static final long MOST = 1 << 24;

    private static final int MESSAGE = 8;

    /** Messages of many fields are large objects even where they are empty. */
    private static final int LARGE_MESSAGE = 32;

    private static final int MANY_FIELDS = 8;

    /** Long names of nested modules have some hundred bytes. */
    private static final int LONGEST_NAME = 1 << 14;

    /** As deep as protobuf's own parser goes, which then says so. */
    private static final int DEEPEST = 100;

    private final CodedInputStream in;
    private final String source;
    private long count;

    private FieldCount(CodedInputStream in, String source) {
        this.in = in;
        this.source = source;
    }

    /**
     * Refuses a model that is of more parts than any network, or has names as long as a book.
     *
     * @throws com.google.protobuf.InvalidProtocolBufferException if it is no protobuf
     */
    static void require(CodedInputStream in, String source)
            throws IOException, InvalidOnnxException {
        new FieldCount(in, source).walk(ModelProto.getDescriptor(), 0);
    }

    private void walk(Descriptor message, int depth) throws IOException, InvalidOnnxException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            FieldDescriptor field = message.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int bytes = in.readRawVarint32();
                    if (field != null
                            && field.getJavaType() == JavaType.MESSAGE
                            && depth < DEEPEST) {
                        Descriptor inner = field.getMessageType();
                        add(inner.getFields().size() < MANY_FIELDS ? MESSAGE : LARGE_MESSAGE);
                        int outer = in.pushLimit(bytes);
                        walk(inner, depth + 1);
                        in.popLimit(outer);
                    } else {
                        add(field == null ? MESSAGE : weight(field, bytes));
                        in.skipRawBytes(bytes);
                    }
                }
                case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP ->
                        throw new InvalidOnnxException(
                                source, "is not an ONNX file: ONNX has no groups; export again");
                default -> {
                    add(field == null ? MESSAGE : 1);
                    in.skipField(tag);
                }
            }
        }
    }

    private int weight(FieldDescriptor field, int bytes) throws InvalidOnnxException {
        switch (field.getJavaType()) {
            case LONG:
                // Packed, at a byte a number at least.
                return bytes;
            case STRING:
                if (bytes > LONGEST_NAME && !isText(field)) {
                    throw new InvalidOnnxException(
                            source,
                            String.format(
                                    "has a name of %d bytes (%s), more than %d; export the model"
                                            + " again",
                                    bytes, field.getFullName(), LONGEST_NAME));
                }
                return MESSAGE;
            case BYTE_STRING:
                return MESSAGE;
            default:
                // Numbers of a tensor, at least a quarter as long in the file as in memory.
                return 1;
        }
    }

    private static boolean isText(FieldDescriptor field) {
        return field.getName().equals("doc_string")
                || field.getContainingType().equals(StringStringEntryProto.getDescriptor())
                        && field.getName().equals("value");
    }

    private void add(int parts) throws InvalidOnnxException {
        count += parts;
        if (count > MOST) {
            throw new InvalidOnnxException(
                    source,
                    "is of more than "
                            + MOST / MESSAGE
                            + " parts (nodes, names, attributes, shapes); export it without"
                            + " unrolling its loops, or in parts");
        }
    }
}
