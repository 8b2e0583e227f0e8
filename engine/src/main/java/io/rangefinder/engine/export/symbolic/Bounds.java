package io.rangefinder.engine.export.symbolic;

/**
 * From where to where a number may lie. Immutable.
 *
 * @param least the least that it may be
 * @param most the most, possibly infinite
 */
record Bounds(double least, double most) {

    static Bounds of(double value) {
        return new Bounds(value, value);
    }

    Bounds plus(Bounds other) {
        return new Bounds(least + other.least, most + other.most);
    }

    Bounds and(Bounds other) {
        return new Bounds(Math.max(least, other.least), Math.min(most, other.most));
    }

    Bounds times(Bounds other) {
        double a = product(least, other.least);
        double b = product(least, other.most);
        double c = product(most, other.least);
        double d = product(most, other.most);
        return new Bounds(
                Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
    }

    /** Nothing of the infinite is nothing. */
    private static double product(double a, double b) {
        return a == 0 || b == 0 ? 0 : a * b;
    }

    Bounds floorDividedBy(long divisor) {
        return new Bounds(Math.floor(least / divisor), Math.floor(most / divisor));
    }
}
