package io.rangefinder.inspector.ranges;

import java.util.Objects;

/**
 * A tensor's dynamic range {@code [-amax, amax]} and how it is known.
 *
 * @param amax its half-width, above 0 and finite as float32
 * @param origin how it is known
 */
public record TensorRange(double amax, Origin origin) {

    /** How a range is known, the best first. */
    public enum Origin {
        /** Captured under the tensor's own name. */
        GIVEN,
        /** Of the very values that it carries for another tensor, or of a constant. */
        CARRIED,
        /**
         * A bound by arithmetic on other ranges: true, but often far wider than the values, so that
         * int8 would be coarse. A layer that touches such a tensor belongs in float.
         */
        BOUNDED
    }

    /**
     * Checks the width.
     *
     * @param amax its half-width
     * @param origin how it is known
     * @throws IllegalArgumentException if {@code amax} is not above 0 and finite as float32
     */
    public TensorRange {
        if (!isUsable(amax)) {
            throw new IllegalArgumentException("amax must be above 0 and finite, not " + amax);
        }
        Objects.requireNonNull(origin, "origin");
    }

    static boolean isUsable(double amax) {
        return (float) amax > 0 && Float.isFinite((float) amax);
    }
}
