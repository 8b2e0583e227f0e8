package io.rangefinder.engine.export.graph;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import io.rangefinder.engine.onnx.Halves;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Elements as numbers and as ONNX's bytes. */
final class Elements {

    private Elements() {}

    static byte[] bytes(ElementType type, List<? extends Scalar> values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.size(), type.bytes()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (Scalar value : values) {
            put(bytes, type, value);
        }
        return bytes.array();
    }

    /** Numbers with fractions. */
    static byte[] bytes(ElementType type, double[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, type.bytes()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            put(bytes, type, new Value.Real(value));
        }
        return bytes.array();
    }

    private static void put(ByteBuffer bytes, ElementType type, Scalar value) {
        switch (type) {
            case FLOAT32 -> bytes.putFloat((float) value.real());
            case FLOAT64 -> bytes.putDouble(value.real());
            case FLOAT16 -> bytes.putShort(Halves.toHalf((float) value.real()));
            case BFLOAT16, COMPLEX32, COMPLEX64, COMPLEX128 ->
                    throw new IllegalArgumentException(type + " is written as " + type.inGraph());
            case INT64 -> bytes.putLong(value.whole().value());
            case INT32 -> bytes.putInt((int) value.whole().value());
            case INT16 -> bytes.putShort((short) value.whole().value());
            case INT8, UINT8 -> bytes.put((byte) value.whole().value());
            case BOOL -> bytes.put((byte) (value.truth() ? 1 : 0));
        }
    }

    static List<Scalar> read(ElementType type, byte[] elements) {
        ByteBuffer bytes = ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN);
        List<Scalar> values = new ArrayList<>();
        while (bytes.hasRemaining()) {
            values.add(
                    switch (type) {
                        case FLOAT32 -> new Value.Real(bytes.getFloat());
                        case FLOAT64 -> new Value.Real(bytes.getDouble());
                        case FLOAT16 -> new Value.Real(Halves.fromHalf(bytes.getShort()));
                        case BFLOAT16 -> new Value.Real(Halves.fromBFloat(bytes.getShort()));
                        case INT64 -> Value.Int.of(bytes.getLong());
                        case INT32 -> Value.Int.of(bytes.getInt());
                        case INT16 -> Value.Int.of(bytes.getShort());
                        case INT8 -> Value.Int.of(bytes.get());
                        case UINT8 -> Value.Int.of(bytes.get() & 0xff);
                        case BOOL -> new Value.Bool(bytes.get() != 0);
                        case COMPLEX32, COMPLEX64, COMPLEX128 ->
                                throw new IllegalArgumentException(
                                        type + " is read as " + type.inGraph());
                    });
        }
        return values;
    }
}
