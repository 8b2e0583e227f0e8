package io.rangefinder.engine.export.symbolic;

/**
 * The length of an axis, or a number computed from one: {@code batches * N + constant}, where N ≥ 1
 * is the length of the batch axis. Immutable.
 *
 * <p>What holds for every N is computed; anything else throws {@link BatchDependentException}.
 *
 * @param batches how often the batch is in it
 * @param constant the rest
 */
public record Dim(long batches, long constant) {

    /** Zero. */
    public static final Dim ZERO = of(0);

    /** One. */
    public static final Dim ONE = of(1);

    /** The length of the batch axis. */
    public static final Dim BATCH = new Dim(1, 0);

    /**
     * A number that is the same for every batch.
     *
     * @param constant the number
     * @return it
     */
    public static Dim of(long constant) {
        return new Dim(0, constant);
    }

    /**
     * Whether it is the same for every batch.
     *
     * @return true if it is
     */
    public boolean isConstant() {
        return batches == 0;
    }

    /**
     * Whether it is this number for every batch.
     *
     * @param value the number
     * @return true if it is
     */
    public boolean is(long value) {
        return batches == 0 && constant == value;
    }

    /**
     * The number.
     *
     * @return its value for every batch
     * @throws BatchDependentException if it depends on the batch
     */
    public long value() {
        if (!isConstant()) {
            throw new BatchDependentException("needs the number " + this + " itself");
        }
        return constant;
    }

    /**
     * Adds.
     *
     * @param other the other summand
     * @return the sum
     */
    public Dim plus(Dim other) {
        return new Dim(
                Math.addExact(batches, other.batches), Math.addExact(constant, other.constant));
    }

    /**
     * Subtracts.
     *
     * @param other what is subtracted
     * @return the difference
     */
    public Dim minus(Dim other) {
        return plus(other.times(of(-1)));
    }

    /**
     * Multiplies.
     *
     * @param other the other factor
     * @return the product
     * @throws BatchDependentException if both depend on the batch
     */
    public Dim times(Dim other) {
        if (!isConstant() && !other.isConstant()) {
            throw new BatchDependentException("multiplies " + this + " by " + other);
        }
        return isConstant()
                ? new Dim(
                        Math.multiplyExact(constant, other.batches),
                        Math.multiplyExact(constant, other.constant))
                : other.times(this);
    }

    /**
     * Divides and rounds down.
     *
     * @param other the divisor, not zero
     * @return the quotient
     * @throws BatchDependentException if it is not of the form {@code aN + b}
     */
    public Dim floorDividedBy(Dim other) {
        if (other.isConstant() && batches % other.constant == 0) {
            return new Dim(batches / other.constant, Math.floorDiv(constant, other.constant));
        }
        boolean proportional =
                batches * other.constant == constant * other.batches
                        && batches % other.batches == 0;
        if (proportional) {
            return of(batches / other.batches);
        }
        throw new BatchDependentException("divides " + this + " by " + other);
    }

    /**
     * What {@link #floorDividedBy} leaves.
     *
     * @param other the divisor, not zero
     * @return the remainder, with the divisor's sign
     * @throws BatchDependentException if it differs between batches
     */
    public Dim remainder(Dim other) {
        return minus(floorDividedBy(other).times(other));
    }

    /**
     * Compares for every batch.
     *
     * @param other the other number
     * @return the sign of the difference
     * @throws BatchDependentException if it differs between batches
     */
    public int compareTo(Dim other) {
        Dim difference = minus(other);
        if (difference.isConstant()) {
            return Long.signum(difference.constant);
        }
        // From N = 1 on, the difference grows or falls for ever.
        long first = difference.batches + difference.constant;
        if (first != 0 && Long.signum(first) == Long.signum(difference.batches)) {
            return Long.signum(first);
        }
        throw new BatchDependentException("compares " + this + " with " + other);
    }

    /**
     * Compares for every batch; both may be the same for some.
     *
     * @param other the other number
     * @return true if this is at most the other for every batch, false if it is more for every one
     * @throws BatchDependentException if it differs between batches
     */
    public boolean isAtMost(Dim other) {
        Dim difference = other.minus(this);
        // From N = 1 on, the difference grows or falls for ever.
        boolean first = difference.batches + difference.constant >= 0;
        boolean ever = difference.batches == 0 || first == difference.batches > 0;
        if (!ever) {
            throw new BatchDependentException("compares " + this + " with " + other);
        }
        return first;
    }

    /**
     * Whether both are the same for every batch.
     *
     * @param other the other number
     * @return true if they always are, false if they never are
     * @throws BatchDependentException if they are for some batches
     */
    public boolean equalTo(Dim other) {
        Dim difference = minus(other);
        if (difference.isConstant()) {
            return difference.constant == 0;
        }
        long where = -difference.constant / difference.batches;
        boolean somewhere = where >= 1 && difference.batches * where + difference.constant == 0;
        if (somewhere) {
            throw new BatchDependentException("asks whether " + this + " equals " + other);
        }
        return false;
    }

    @Override
    public String toString() {
        if (isConstant()) {
            return Long.toString(constant);
        }
        String product = batches == 1 ? "batch" : batches + "*batch";
        return constant == 0 ? product : product + (constant > 0 ? "+" : "") + constant;
    }
}
