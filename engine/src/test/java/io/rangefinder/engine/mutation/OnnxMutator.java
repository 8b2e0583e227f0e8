package io.rangefinder.engine.mutation;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.rangefinder.mutation.ByteMutator;
import io.rangefinder.mutation.Mutator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Changes one field of one message within a model: drops, doubles or swaps what is repeated, puts
 * in names, types, tensors and graphs from elsewhere in the model, and numbers that nobody expects.
 */
final class OnnxMutator implements Mutator {

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        3,
        7,
        13,
        255,
        1 << 16,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final float[] FLOATS = {
        0, -0f, 1, -1, 1e-30f, 3e38f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
    };

    /** Operators and attributes that readers look for. */
    private static final String[] NAMES = {
        "",
        "Conv",
        "ConvTranspose",
        "MatMul",
        "Gemm",
        "Relu",
        "Add",
        "Mul",
        "Clip",
        "Concat",
        "Split",
        "Slice",
        "Resize",
        "Softmax",
        "Reshape",
        "Transpose",
        "Squeeze",
        "Unsqueeze",
        "ReduceMean",
        "ReduceSum",
        "Constant",
        "ConstantOfShape",
        "Identity",
        "BatchNormalization",
        "QuantizeLinear",
        "DequantizeLinear",
        "If",
        "Loop",
        "Scan",
        "MaxPool",
        "AveragePool",
        "GlobalAveragePool",
        "Gather",
        "Pad",
        "Dropout",
        "LayerNormalization",
        "Einsum",
        "LSTM",
        "Cast",
        "Shape",
        "Flatten",
        "axis",
        "axes",
        "perm",
        "kernel_shape",
        "group",
        "transB",
        "to",
        "value",
        "pads",
        "strides",
        "dilations",
        "ai.onnx",
        "com.microsoft",
        "\0",
        "é",
        "a/b:c",
        "null",
        "[null]",
        "{\"m\":null}",
        "{\"m\":[null]}",
        "{\"m\":1}",
        "[[]]"
    };

    private static final Mutator BYTES = new ByteMutator();

    /** A message and how to make the model anew with another in its place. */
    private record Site(Message message, Site parent, FieldDescriptor field, int index) {

        Message replaced(Message changed) {
            if (parent == null) {
                return changed;
            }
            Message.Builder builder = parent.message.toBuilder();
            if (field.isRepeated()) {
                builder.setRepeatedField(field, index, changed);
            } else {
                builder.setField(field, changed);
            }
            return parent.replaced(builder.build());
        }
    }

    @Override
    public byte[] mutate(byte[] bytes, Random random) {
        if (random.nextInt(12) == 0) {
            return BYTES.mutate(bytes, random);
        }
        ModelProto model;
        try {
            model = ModelProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            // Already broken: its bytes are changed further.
            return BYTES.mutate(bytes, random);
        }
        List<Site> sites = new ArrayList<>();
        collect(new Site(model, null, null, 0), sites);
        Site site = sites.get(random.nextInt(sites.size()));
        Message changed = changed(site.message(), sites, random);
        return site.replaced(changed).toByteArray();
    }

    private static void collect(Site site, List<Site> sites) {
        sites.add(site);
        site.message()
                .getAllFields()
                .forEach(
                        (field, value) -> {
                            if (field.getJavaType() != JavaType.MESSAGE) {
                                return;
                            }
                            if (!field.isRepeated()) {
                                collect(new Site((Message) value, site, field, 0), sites);
                                return;
                            }
                            List<?> values = (List<?>) value;
                            for (int i = 0; i < values.size(); i++) {
                                collect(new Site((Message) values.get(i), site, field, i), sites);
                            }
                        });
    }

    private static Message changed(Message message, List<Site> sites, Random random) {
        List<FieldDescriptor> fields = new ArrayList<>(message.getAllFields().keySet());
        if (fields.isEmpty() || random.nextInt(5) == 0) {
            fields = message.getDescriptorForType().getFields();
        }
        FieldDescriptor field = fields.get(random.nextInt(fields.size()));
        Message.Builder builder = message.toBuilder();
        if (!field.isRepeated()) {
            if (random.nextInt(4) == 0) {
                builder.clearField(field);
            } else {
                builder.setField(
                        field, other(builder, field, message.getField(field), sites, random));
            }
            return builder.build();
        }
        List<Object> values = new ArrayList<>((List<?>) message.getField(field));
        int at = values.isEmpty() ? 0 : random.nextInt(values.size());
        int end = values.isEmpty() ? 0 : random.nextInt(values.size());
        switch (values.isEmpty() ? 5 : random.nextInt(8)) {
            case 0, 1 -> values.remove(at);
            case 2 -> values.add(at, values.get(end));
            case 3 -> values.set(at, values.get(end));
            case 4 -> values.clear();
            case 5 -> values.add(at, other(builder, field, null, sites, random));
            default -> values.set(at, other(builder, field, values.get(at), sites, random));
        }
        builder.clearField(field);
        values.forEach(value -> builder.addRepeatedField(field, value));
        return builder.build();
    }

    /** Another value of a field; {@code old} may be null. */
    private static Object other(
            Message.Builder builder,
            FieldDescriptor field,
            Object old,
            List<Site> sites,
            Random random) {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        return switch (field.getJavaType()) {
            case INT -> (int) number;
            case LONG ->
                    old instanceof Long value && random.nextInt(3) == 0
                            ? (Object) (value + (random.nextBoolean() ? 1 : -1))
                            : (Object) number;
            case FLOAT -> FLOATS[random.nextInt(FLOATS.length)];
            case DOUBLE -> (double) FLOATS[random.nextInt(FLOATS.length)];
            case BOOLEAN -> random.nextBoolean();
            case ENUM -> {
                List<EnumValueDescriptor> all = field.getEnumType().getValues();
                yield all.get(random.nextInt(all.size()));
            }
            case STRING -> name(sites, random);
            case BYTE_STRING ->
                    random.nextInt(3) == 0
                            ? ByteString.copyFromUtf8(name(sites, random))
                            : ByteString.copyFrom(
                                    BYTES.mutate(
                                            old instanceof ByteString data
                                                    ? data.toByteArray()
                                                    : new byte[4],
                                            random));
            case MESSAGE -> message(builder, field, sites, random);
        };
    }

    /** A name from elsewhere in the model, or one that readers look for. */
    private static String name(List<Site> sites, Random random) {
        for (int i = 0; i < 5 && random.nextInt(4) > 0; i++) {
            Message message = sites.get(random.nextInt(sites.size())).message();
            List<String> names = new ArrayList<>();
            message.getAllFields()
                    .forEach(
                            (field, value) -> {
                                if (field.getJavaType() == JavaType.STRING) {
                                    List<?> all = value instanceof List<?> l ? l : List.of(value);
                                    all.forEach(name -> names.add((String) name));
                                }
                            });
            if (!names.isEmpty()) {
                return names.get(random.nextInt(names.size()));
            }
        }
        return NAMES[random.nextInt(NAMES.length)];
    }

    /** A message of a field's type from elsewhere in the model; a graph within a graph, too. */
    private static Message message(
            Message.Builder builder, FieldDescriptor field, List<Site> sites, Random random) {
        List<Message> same =
                sites.stream()
                        .map(Site::message)
                        .filter(m -> m.getDescriptorForType().equals(field.getMessageType()))
                        .filter(m -> m.getSerializedSize() < 1 << 16)
                        .toList();
        return same.isEmpty()
                ? builder.newBuilderForField(field).build()
                : same.get(random.nextInt(same.size()));
    }
}
