package io.rangefinder.inspector.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bit patterns are those of IEEE 754's tables and of two's complement. */
class ConstantTypeTest {

    @Test
    void eachTypeIsReadAsItsValues() {
        assertBounds(0.5, 2, ConstantType.FLOAT, 2, buffer(8).putFloat(-2).putFloat(0.5f));
        // Least subnormal, and the greatest finite binary16, negative.
        assertBounds(
                Math.scalb(1.0, -24),
                65504,
                ConstantType.HALF,
                2,
                buffer(4).putShort((short) 0x0001).putShort((short) 0xfbff));
        // 1 and -3: 0x3f80_0000 and 0xc040_0000 of binary32.
        assertBounds(
                1,
                3,
                ConstantType.BF16,
                2,
                buffer(4).putShort((short) 0x3f80).putShort((short) 0xc040));
        assertBounds(1, 128, ConstantType.INT8, 2, buffer(2).put((byte) -128).put((byte) 1));
        assertBounds(1, 255, ConstantType.UINT8, 2, buffer(2).put((byte) 255).put((byte) 1));
        assertBounds(
                7,
                2147483648.0,
                ConstantType.INT32,
                2,
                buffer(8).putInt(Integer.MIN_VALUE).putInt(-7));
        assertBounds(
                7,
                9223372036854775808.0,
                ConstantType.INT64,
                2,
                buffer(16).putLong(Long.MIN_VALUE).putLong(7));
        assertBounds(0, 1, ConstantType.BOOL, 2, buffer(2).put((byte) 0).put((byte) 1));
    }

    @Test
    void infinitiesAndNotANumberAreLeftOut() {
        assertBounds(
                4,
                4,
                ConstantType.FLOAT,
                3,
                buffer(12).putFloat(Float.NaN).putFloat(Float.NEGATIVE_INFINITY).putFloat(4));
        assertBounds(0, 0, ConstantType.HALF, 1, buffer(2).putShort((short) 0x7c00));
    }

    @Test
    void emptyConstantIsNotRead() {
        ConstantMagnitudes none =
                ConstantType.FLOAT.bounds(
                        0,
                        (offset, length) -> {
                            throw new AssertionError("nothing is there");
                        });

        assertEquals(new ConstantMagnitudes(0, 0), none);
    }

    @Test
    void longConstantIsReadInParts() {
        // More than a part holds; the greatest is the very last, the least begins the second part.
        int count = (1 << 20) + 5;
        ByteBuffer values = buffer(count * Short.BYTES);
        for (int i = 0; i < count; i++) {
            values.putShort(i * Short.BYTES, (short) 0x4000); // 2
        }
        values.putShort((1 << 20) * Short.BYTES, (short) 0x3f80); // 1
        values.putShort((count - 1) * Short.BYTES, (short) 0x4080); // 4

        assertEquals(
                new ConstantMagnitudes(1, 4),
                ConstantType.BF16.bounds(
                        count, (offset, length) -> values.slice((int) offset, length)));
    }

    @Test
    void typesWithoutAReaderAreUnknown() {
        assertEquals(Optional.empty(), ConstantType.named("FP8"));
        assertEquals(Optional.of(ConstantType.BF16), ConstantType.named("BF16"));
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    }

    private static void assertBounds(
            double least, double greatest, ConstantType type, int count, ByteBuffer values) {
        assertEquals(
                new ConstantMagnitudes(least, greatest),
                type.bounds(count, (offset, length) -> values.slice((int) offset, length)),
                type.name());
    }
}
