package io.rangefinder.capture.ranges;

/**
 * The symmetric dynamic range {@code [-amax, amax]} of one tensor.
 *
 * <p>TensorRT's scheme: linear, symmetric, int8; {@code q = clamp(round_half_even(x / scale), -128,
 * 127)} with {@code scale = amax / 127} and zero point 0. Immutable.
 *
 * @param amax the half-width of the range, in the tensor's own unit; finite and above 0
 */
public record DynamicRange(double amax) {

    /** The largest int8 value that a scale is spread over: 127, so that the grid is symmetric. */
    public static final int LEVELS = 127;

    /**
     * Checks the half-width.
     *
     * @param amax the half-width
     * @throws IllegalArgumentException if it is not above 0, not finite, or has a scale that is not
     *     a positive finite float32
     */
    public DynamicRange {
        float scale = (float) (amax / LEVELS);
        if (!(scale > 0) || Float.isInfinite(scale)) {
            throw new IllegalArgumentException(
                    "amax must be above 0 and finite, with a scale that float32 can hold, but is "
                            + amax);
        }
    }

    /**
     * The range of a tensor whose values were seen to lie in {@code [min, max]}: {@code amax =
     * max(|min|, |max|)}.
     *
     * @param min the least value seen
     * @param max the greatest value seen
     * @return the symmetric range
     * @throws IllegalArgumentException as the constructor does, so for {@code min = max = 0} too
     */
    public static DynamicRange of(double min, double max) {
        return new DynamicRange(Math.max(Math.abs(min), Math.abs(max)));
    }

    /**
     * The range whose scale is exactly {@code scale}. In double precision {@code scale * 127} is
     * exact, so that {@link #scale()} of the result is {@code scale} again to the bit.
     *
     * @param scale the step between two int8 values
     * @return the range
     * @throws IllegalArgumentException if {@code scale} is not finite and above 0
     */
    public static DynamicRange ofScale(float scale) {
        return new DynamicRange((double) scale * LEVELS);
    }

    /**
     * The step between two int8 values.
     *
     * @return {@code amax / 127} as float32, which is what TensorRT, calibration caches and
     *     QuantizeLinear hold
     */
    public float scale() {
        return (float) (amax / LEVELS);
    }
}
