package io.rangefinder.engine.export.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import com.google.protobuf.ByteString;
import java.util.List;

/** Makes ONNX's attributes. Stateless. */
public final class Attributes {

    private Attributes() {}

    /**
     * A whole number.
     *
     * @param name the attribute
     * @param value its value
     * @return the attribute
     */
    public static AttributeProto of(String name, long value) {
        return open(name, AttributeType.INT).setI(value).build();
    }

    /**
     * A number with fractions.
     *
     * @param name the attribute
     * @param value its value
     * @return the attribute
     */
    public static AttributeProto of(String name, double value) {
        return open(name, AttributeType.FLOAT).setF((float) value).build();
    }

    /**
     * A text.
     *
     * @param name the attribute
     * @param value its value
     * @return the attribute
     */
    public static AttributeProto of(String name, String value) {
        return open(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
    }

    /**
     * A list of whole numbers.
     *
     * @param name the attribute
     * @param values its values
     * @return the attribute
     */
    public static AttributeProto of(String name, List<Long> values) {
        return open(name, AttributeType.INTS).addAllInts(values).build();
    }

    /**
     * A list of texts.
     *
     * @param name the attribute
     * @param values its values
     * @return the attribute
     */
    public static AttributeProto ofTexts(String name, List<String> values) {
        AttributeProto.Builder attribute = open(name, AttributeType.STRINGS);
        values.forEach(v -> attribute.addStrings(ByteString.copyFromUtf8(v)));
        return attribute.build();
    }

    private static AttributeProto.Builder open(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }
}
