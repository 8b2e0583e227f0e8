package io.rangefinder.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Known bit patterns of the 16-bit formats: IEEE 754 binary16 and bfloat16. */
class HalvesTest {

    @ParameterizedTest
    @CsvSource({
        "0.0, 0x0000",
        "-0.0, 0x8000",
        "1.0, 0x3c00",
        "-2.0, 0xc000",
        "0.333251953125, 0x3555",
        // The largest, the smallest normal, the largest and the smallest subnormal number.
        "65504.0, 0x7bff",
        "0x1p-14, 0x0400",
        "0x1.ff8p-15, 0x03ff",
        "0x1p-24, 0x0001",
        "Infinity, 0x7c00",
        "-Infinity, 0xfc00"
    })
    void halvesHaveTheirBits(String number, String bits) {
        float value = Float.parseFloat(number);
        short expected = (short) (int) Integer.decode(bits);
        assertEquals(expected, Halves.toHalf(value));
        assertEquals(value, Halves.fromHalf(expected));
    }

    @ParameterizedTest
    @CsvSource({
        // Halfway to the next: to the even one.
        "0x1.002p0, 0x3c00",
        "0x1.006p0, 0x3c02",
        "0x1.00201p0, 0x3c01",
        "0x1p-25, 0x0000",
        "0x1.8p-24, 0x0002",
        "0x1.ffcp-15, 0x0400",
        "0x1.ffep0, 0x4000",
        "65519.0, 0x7bff",
        "65520.0, 0x7c00"
    })
    void halvesAreRoundedToTheNearest(String number, String bits) {
        assertEquals((short) (int) Integer.decode(bits), Halves.toHalf(Float.parseFloat(number)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0, 0x0000",
        "-0.0, 0x8000",
        "1.0, 0x3f80",
        "-2.0, 0xc000",
        "3.140625, 0x4049",
        "0x1p-133, 0x0001",
        "Infinity, 0x7f80"
    })
    void bfloatsHaveTheirBits(String number, String bits) {
        float value = Float.parseFloat(number);
        short expected = (short) (int) Integer.decode(bits);
        assertEquals(value, Halves.fromBFloat(expected));
        byte[] brain = {(byte) expected, (byte) (expected >> 8)};
        ByteBuffer single = ByteBuffer.wrap(Halves.widened(brain)).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(value, single.getFloat());
    }

    @Test
    void whatIsNoNumberStaysNone() {
        assertTrue(Float.isNaN(Halves.fromHalf(Halves.toHalf(Float.NaN))));
        assertTrue(Float.isNaN(Halves.fromBFloat((short) 0x7fc0)));
    }

    @Test
    void everyHalfComesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Halves.fromHalf((short) bits);
            if (!Float.isNaN(value)) {
                assertEquals((short) bits, Halves.toHalf(value));
            }
        }
    }
}
