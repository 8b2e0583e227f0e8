package io.rangefinder.inspector.ranges;

/**
 * The magnitudes of a constant's values.
 *
 * @param least the least {@code |value|}
 * @param greatest the greatest {@code |value|}
 */
public record ConstantMagnitudes(double least, double greatest) {

    /**
     * Checks the order.
     *
     * @param least the least magnitude
     * @param greatest the greatest magnitude
     * @throws IllegalArgumentException unless {@code 0 <= least <= greatest}
     */
    public ConstantMagnitudes {
        if (!(least >= 0) || !(greatest >= least)) {
            throw new IllegalArgumentException(
                    "magnitudes are at least 0 and in order, not " + least + ", " + greatest);
        }
    }

    /**
     * The magnitudes of some values.
     *
     * @param values the constant's values
     * @return their bounds; 0 and 0 if there are none
     * @throws IllegalArgumentException if one is not a number
     */
    public static ConstantMagnitudes of(float... values) {
        double least = values.length == 0 ? 0 : Double.POSITIVE_INFINITY;
        double greatest = 0;
        for (float value : values) {
            least = Math.min(least, Math.abs(value));
            greatest = Math.max(greatest, Math.abs(value));
        }
        return new ConstantMagnitudes(least, greatest);
    }
}
