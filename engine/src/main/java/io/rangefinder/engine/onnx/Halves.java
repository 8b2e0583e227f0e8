package io.rangefinder.engine.onnx;

/**
 * The 16-bit floating-point formats, which Java 17 has no conversions for: IEEE 754's binary16, and
 * bfloat16, the upper half of binary32. Stateless.
 */
public final class Halves {

    private Halves() {}

    /**
     * A bfloat16 as a float, which holds each of its values.
     *
     * @param bits its bits
     * @return its value
     */
    public static float fromBFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /**
     * Elements of bfloat16 as float32, which are theirs with zeros behind.
     *
     * @param brain two bytes an element, little-endian
     * @return four bytes an element, little-endian
     */
    public static byte[] widened(byte[] brain) {
        byte[] single = new byte[brain.length * 2];
        for (int i = 0; i < brain.length; i += Short.BYTES) {
            System.arraycopy(brain, i, single, 2 * i + Short.BYTES, Short.BYTES);
        }
        return single;
    }

    /**
     * A binary16 as a float, which holds each of its values.
     *
     * @param bits its bits: a sign, 5 of exponent, 10 of fraction
     * @return its value
     */
    public static float fromHalf(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude =
                switch (exponent) {
                    case 0 -> Math.scalb((float) fraction, -24);
                    case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> Math.scalb((float) (fraction | 0x400), exponent - 25);
                };
        return bits < 0 ? -magnitude : magnitude;
    }

    /**
     * Rounds to nearest, ties to even.
     *
     * @param value any number
     * @return the bits of the binary16
     */
    public static short toHalf(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        if (Float.isNaN(value)) {
            return 0x7e00;
        }
        float magnitude = Math.abs(value);
        if (magnitude >= 65520) {
            return (short) (sign | 0x7c00);
        }
        // The smallest step at this magnitude: halves have 10 bits after the leading one.
        int exponent = Math.max(Math.getExponent(magnitude), -14);
        int steps = (int) Math.rint(Math.scalb((double) magnitude, 10 - exponent));
        int biased = exponent + 14;
        return (short) (sign | ((biased << 10) + steps));
    }
}
