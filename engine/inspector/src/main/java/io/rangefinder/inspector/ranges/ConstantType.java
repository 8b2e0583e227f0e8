package io.rangefinder.inspector.ranges;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * An element type that a constant's values are read in, by TensorRT's {@code DataType} without its
 * {@code k}. Those of fewer than eight bits or of eight-bit floats are not among them.
 */
public enum ConstantType {
    /** IEEE 754 binary32. */
    FLOAT(Float.BYTES),
    /** IEEE 754 binary16. */
    HALF(Short.BYTES),
    /** The upper half of a binary32. */
    BF16(Short.BYTES),
    /** Signed, of 8 bits. */
    INT8(Byte.BYTES),
    /** Unsigned, of 8 bits. */
    UINT8(Byte.BYTES),
    /** Signed, of 32 bits. */
    INT32(Integer.BYTES),
    /** Signed, of 64 bits. */
    INT64(Long.BYTES),
    /** A byte that is 0 or not. */
    BOOL(Byte.BYTES);

    /** A direct buffer holds less than 2 GiB, a constant may hold more. */
    private static final int PART = 1 << 20;

    private final int bytes;

    ConstantType(int bytes) {
        this.bytes = bytes;
    }

    /** A constant's bytes, in the machine's order. */
    @FunctionalInterface
    public interface Bytes {

        /**
         * A part of them.
         *
         * @param offset where it begins
         * @param length how many bytes it has
         * @return the part
         */
        ByteBuffer at(long offset, int length);
    }

    /**
     * Finds a type.
     *
     * @param name TensorRT's name without the {@code k}
     * @return the type; empty if its values can't be read
     */
    public static Optional<ConstantType> named(String name) {
        return Arrays.stream(values()).filter(t -> t.name().equals(name)).findFirst();
    }

    /**
     * The magnitudes of a constant's finite values; what is not finite no range can hold.
     *
     * @param count how many values it has
     * @param values their bytes; not asked for if there are none
     * @return the bounds; 0 and 0 if there are none
     */
    public ConstantMagnitudes bounds(long count, Bytes values) {
        double least = Double.POSITIVE_INFINITY;
        double greatest = 0;
        for (long start = 0; start < count; start += PART) {
            int length = (int) Math.min(PART, count - start);
            ByteBuffer part =
                    values.at(start * bytes, length * bytes).order(ByteOrder.nativeOrder());
            for (int i = 0; i < length; i++) {
                double magnitude = magnitude(part, i * bytes);
                if (Double.isFinite(magnitude)) {
                    least = Math.min(least, magnitude);
                    greatest = Math.max(greatest, magnitude);
                }
            }
        }
        return new ConstantMagnitudes(Math.min(least, greatest), greatest);
    }

    private double magnitude(ByteBuffer values, int at) {
        return switch (this) {
            case FLOAT -> Math.abs(values.getFloat(at));
            case HALF -> half(values.getShort(at));
            case BF16 -> Math.abs(Float.intBitsToFloat(values.getShort(at) << Short.SIZE));
            case INT8 -> Math.abs((double) values.get(at));
            case UINT8 -> Byte.toUnsignedInt(values.get(at));
            case INT32 -> Math.abs((double) values.getInt(at));
            case INT64 -> Math.abs((double) values.getLong(at));
            case BOOL -> values.get(at) == 0 ? 0 : 1;
        };
    }

    /** The magnitude of a binary16; Java 17 has no conversion. */
    private static double half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0x1f) {
            return Double.POSITIVE_INFINITY;
        }
        return exponent == 0
                ? Math.scalb((double) fraction, -24)
                : Math.scalb(fraction + 1024.0, exponent - 25);
    }
}
