package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorProtoOrBuilder;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes tensors (initializers) and reads their values. Stateless. */
public final class Tensors {

    private static final Map<Integer, Integer> BYTES_PER_ELEMENT =
            Map.ofEntries(
                    Map.entry(DataType.FLOAT_VALUE, 4),
                    Map.entry(DataType.UINT8_VALUE, 1),
                    Map.entry(DataType.INT8_VALUE, 1),
                    Map.entry(DataType.UINT16_VALUE, 2),
                    Map.entry(DataType.INT16_VALUE, 2),
                    Map.entry(DataType.INT32_VALUE, 4),
                    Map.entry(DataType.INT64_VALUE, 8),
                    Map.entry(DataType.BOOL_VALUE, 1),
                    Map.entry(DataType.FLOAT16_VALUE, 2),
                    Map.entry(DataType.DOUBLE_VALUE, 8),
                    Map.entry(DataType.UINT32_VALUE, 4),
                    Map.entry(DataType.UINT64_VALUE, 8),
                    Map.entry(DataType.COMPLEX64_VALUE, 8),
                    Map.entry(DataType.COMPLEX128_VALUE, 16),
                    Map.entry(DataType.BFLOAT16_VALUE, 2));

    private Tensors() {}

    /**
     * A float32 tensor.
     *
     * @param name its name
     * @param values its elements, the last axis fastest
     * @param shape its axes; none for a scalar
     * @return the tensor
     */
    public static TensorProto floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = bytes(values.length * 4);
        bytes.asFloatBuffer().put(values);
        return raw(name, DataType.FLOAT, bytes, shape);
    }

    /**
     * An int8 or uint8 tensor.
     *
     * @param name its name
     * @param signed true for int8, false for uint8
     * @param values its elements, the last axis fastest
     * @param shape its axes; none for a scalar
     * @return the tensor
     */
    public static TensorProto bytes(String name, boolean signed, byte[] values, long... shape) {
        return raw(
                name,
                signed ? DataType.INT8 : DataType.UINT8,
                ByteBuffer.wrap(values.clone()),
                shape);
    }

    /**
     * An int32 tensor.
     *
     * @param name its name
     * @param values its elements, the last axis fastest
     * @param shape its axes; none for a scalar
     * @return the tensor
     */
    public static TensorProto ints(String name, int[] values, long... shape) {
        ByteBuffer bytes = bytes(values.length * 4);
        bytes.asIntBuffer().put(values);
        return raw(name, DataType.INT32, bytes, shape);
    }

    /**
     * An int64 tensor of one axis.
     *
     * @param name its name
     * @param values its elements
     * @return the tensor
     */
    public static TensorProto longs(String name, List<Long> values) {
        ByteBuffer bytes = bytes(values.size() * 8);
        values.forEach(bytes::putLong);
        bytes.rewind();
        return raw(name, DataType.INT64, bytes, values.size());
    }

    /**
     * The elements of a float32 tensor.
     *
     * @param tensor a tensor of a model that was read with {@link OnnxModel}, which has checked its
     *     length
     * @return its elements, the last axis fastest
     * @throws IllegalArgumentException if it is not of type float32
     */
    public static float[] floats(TensorProto tensor) {
        if (!isFloat(tensor)) {
            throw new IllegalArgumentException(tensor.getName() + " is not float32");
        }
        float[] values = new float[Math.toIntExact(elements(tensor))];
        if (tensor.hasRawData()) {
            tensor.getRawData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.getFloatData(i);
            }
        }
        return values;
    }

    /**
     * The elements of an int64 or int32 tensor.
     *
     * @param tensor a tensor of a model that was read with {@link OnnxModel}, which has checked its
     *     length
     * @return its elements, the last axis fastest; empty if it is of another type
     */
    public static List<Long> integers(TensorProto tensor) {
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return switch (tensor.getDataType()) {
            case DataType.INT64_VALUE ->
                    tensor.hasRawData()
                            ? Stream.generate(raw::getLong).limit(raw.limit() / 8).toList()
                            : tensor.getInt64DataList();
            case DataType.INT32_VALUE ->
                    (tensor.hasRawData()
                                    ? Stream.generate(raw::getInt).limit(raw.limit() / 4)
                                    : tensor.getInt32DataList().stream())
                            .map(Integer::longValue)
                            .toList();
            default -> List.of();
        };
    }

    /**
     * A tensor of half precision as float32, each value kept.
     *
     * @param tensor a tensor of float16 or bfloat16
     * @return the tensor in float32, under the same name
     */
    public static TensorProto fullPrecision(TensorProto tensor) {
        boolean brain = tensor.getDataType() == DataType.BFLOAT16_VALUE;
        float[] values = new float[Math.toIntExact(elements(tensor))];
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            short bits =
                    tensor.hasRawData()
                            ? raw.getShort(i * Short.BYTES)
                            : (short) tensor.getInt32Data(i);
            values[i] = brain ? Halves.fromBFloat(bits) : Halves.fromHalf(bits);
        }
        return floats(tensor.getName(), values, shape(tensor));
    }

    /**
     * Whether a tensor is of type float32.
     *
     * @param tensor the tensor
     * @return true if it is
     */
    public static boolean isFloat(TensorProtoOrBuilder tensor) {
        return tensor.getDataType() == DataType.FLOAT_VALUE;
    }

    /**
     * A tensor's axes.
     *
     * @param tensor the tensor
     * @return the length of each axis
     */
    public static long[] shape(TensorProtoOrBuilder tensor) {
        return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * The number of elements that a tensor's axes declare.
     *
     * @param tensor the tensor
     * @return the product of its axes
     * @throws ArithmeticException above 2^63, which no tensor of a model that was read has
     */
    public static long elements(TensorProtoOrBuilder tensor) {
        long elements = 1;
        for (long axis : tensor.getDimsList()) {
            elements = Math.multiplyExact(elements, axis);
        }
        return elements;
    }

    /**
     * The number of bytes that axes and type declare.
     *
     * @param tensor the tensor
     * @return the number, or empty for a type without a fixed size
     */
    public static Optional<Long> declaredBytes(TensorProtoOrBuilder tensor) {
        return Optional.ofNullable(BYTES_PER_ELEMENT.get(tensor.getDataType()))
                .map(size -> Math.multiplyExact(elements(tensor), size));
    }

    /** What is wrong with a tensor's length, if anything. */
    static Optional<String> problem(TensorProto tensor) {
        if (tensor.getDimsList().stream().anyMatch(axis -> axis < 0)) {
            return Optional.of("has a negative axis " + tensor.getDimsList());
        }
        if (tensor.getDimsList().stream().anyMatch(axis -> axis > Integer.MAX_VALUE)) {
            return Optional.of("has axes " + tensor.getDimsList() + ", which no file can hold");
        }
        try {
            if (tensor.hasRawData()) {
                long found = tensor.getRawData().size();
                return declaredBytes(tensor)
                        .filter(declared -> declared != found)
                        .map(declared -> "declares " + declared + " bytes but holds " + found);
            }
            long declared = elements(tensor);
            return held(tensor)
                    .filter(held -> held != declared)
                    .map(held -> "declares " + declared + " values but holds " + held);
        } catch (ArithmeticException e) {
            return Optional.of("has axes " + tensor.getDimsList() + ", which no file can hold");
        }
    }

    /** The number of values in the field that a tensor's type goes into, one a value. */
    private static Optional<Long> held(TensorProto tensor) {
        return switch (tensor.getDataType()) {
            case DataType.FLOAT_VALUE -> Optional.of((long) tensor.getFloatDataCount());
            case DataType.INT64_VALUE -> Optional.of((long) tensor.getInt64DataCount());
            case DataType.DOUBLE_VALUE -> Optional.of((long) tensor.getDoubleDataCount());
            case DataType.INT32_VALUE,
                    DataType.INT16_VALUE,
                    DataType.INT8_VALUE,
                    DataType.UINT16_VALUE,
                    DataType.UINT8_VALUE,
                    DataType.BOOL_VALUE,
                    DataType.FLOAT16_VALUE,
                    DataType.BFLOAT16_VALUE ->
                    Optional.of((long) tensor.getInt32DataCount());
            default -> Optional.empty();
        };
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorProto raw(String name, DataType type, ByteBuffer bytes, long... shape) {
        ByteString data = UnsafeByteOperations.unsafeWrap(bytes);
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type.getNumber())
                        .setRawData(data);
        IntStream.range(0, shape.length).forEach(i -> tensor.addDims(shape[i]));
        return tensor.build();
    }
}
