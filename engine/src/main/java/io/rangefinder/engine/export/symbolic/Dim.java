package io.rangefinder.engine.export.symbolic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The length of an axis, or a number computed from some: a sum of products of lengths that are not
 * known, in one form for each sum. Immutable.
 *
 * <p>A length that is not known is that of the batch, which is 1 or more, or that of another {@link
 * Axis}. What holds for every batch and for the lengths that were seen is computed, and the axes
 * remember for which other lengths it holds; anything else throws {@link BatchDependentException}.
 *
 * @param terms what depends on lengths, in order
 * @param constant the rest
 */
public record Dim(List<Term> terms, long constant) {

    /** Zero. */
    public static final Dim ZERO = of(0);

    /** One. */
    public static final Dim ONE = of(1);

    /** The length of the batch axis. */
    public static final Dim BATCH = of(Axis.BATCH);

    /** No model adds as many; what does runs away. */
    private static final int MAX_TERMS = 64;

    /**
     * Quotients of quotients, each of which makes questions twice as hard; no model has as many.
     */
    private static final int MAX_NESTED = 8;

    /**
     * Takes what is in order.
     *
     * @param terms what depends on lengths
     * @param constant the rest
     */
    public Dim {
        terms = List.copyOf(terms);
    }

    /**
     * A number that is the same for every batch and length.
     *
     * @param constant the number
     * @return it
     */
    public static Dim of(long constant) {
        return new Dim(List.of(), constant);
    }

    /**
     * The length of an axis.
     *
     * @param axis the axis
     * @return its length
     */
    public static Dim of(Axis axis) {
        return of(new Term(1, List.of(axis)));
    }

    static Dim of(Term term) {
        return new Dim(List.of(term), 0);
    }

    private static Dim sum(Collection<Term> terms, long constant) {
        Map<String, Term> sums = new TreeMap<>();
        for (Term term : terms) {
            sums.merge(
                    term.product(),
                    term,
                    (a, b) -> new Term(Math.addExact(a.times(), b.times()), a.factors()));
        }
        List<Term> left =
                sums.values().stream().filter(t -> t.times() != 0).sorted(Term.ORDER).toList();
        Dim sum = new Dim(left, constant);
        if (left.size() > MAX_TERMS) {
            throw new BatchDependentException("adds too many lengths", sum);
        }
        return sum;
    }

    /**
     * Whether it is the same for every batch and length.
     *
     * @return true if it is
     */
    public boolean isConstant() {
        return terms.isEmpty();
    }

    /**
     * Whether it is this number for every batch and length.
     *
     * @param value the number
     * @return true if it is
     */
    public boolean is(long value) {
        return isConstant() && constant == value;
    }

    /**
     * Whether it can be divided by a number and nothing is left, whatever lengths are.
     *
     * @param divisor the number
     * @return true if it is known to be a multiple of it
     */
    public boolean isMultipleOf(long divisor) {
        return constant % divisor == 0 && terms.stream().allMatch(t -> t.times() % divisor == 0);
    }

    /**
     * The number.
     *
     * @return its value
     * @throws BatchDependentException if it depends on the batch or on another open length
     */
    public long value() {
        if (!isConstant()) {
            throw new BatchDependentException("needs the number " + this + " itself", this);
        }
        return constant;
    }

    /**
     * Its value for given lengths.
     *
     * @param lengths the length of each axis
     * @return the number
     */
    public long at(Function<Axis, Long> lengths) {
        long sum = constant;
        for (Term term : terms) {
            long product = term.times();
            for (Factor factor : term.factors()) {
                product = Math.multiplyExact(product, factor.at(lengths));
            }
            sum = Math.addExact(sum, product);
        }
        return sum;
    }

    /**
     * The axes whose lengths it follows from.
     *
     * @return the axes, that of the batch among them
     */
    public Set<Axis> axes() {
        Set<Axis> axes = new LinkedHashSet<>();
        terms.forEach(t -> t.factors().forEach(f -> f.gather(axes)));
        return axes;
    }

    /**
     * Adds.
     *
     * @param other the other summand
     * @return the sum
     */
    public Dim plus(Dim other) {
        long sum = Math.addExact(constant, other.constant);
        if (isConstant() || other.isConstant()) {
            return new Dim(isConstant() ? other.terms : terms, sum);
        }
        List<Term> all = new ArrayList<>(terms);
        all.addAll(other.terms);
        return sum(all, sum);
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
        if (!isConstant() && other.isConstant()) {
            return other.times(this);
        }
        if (isConstant()) {
            long product = Math.multiplyExact(constant, other.constant);
            return constant == 0
                    ? ZERO
                    : new Dim(other.terms.stream().map(t -> t.times(constant)).toList(), product);
        }
        List<Term> products = new ArrayList<>();
        for (Term a : terms) {
            other.terms.forEach(b -> products.add(a.times(b)));
            if (other.constant != 0) {
                products.add(a.times(other.constant));
            }
        }
        if (constant != 0) {
            other.terms.forEach(b -> products.add(b.times(constant)));
        }
        return sum(products, Math.multiplyExact(constant, other.constant));
    }

    /**
     * Changes all numbers that lengths are multiplied by, and the rest.
     *
     * @param change a linear function
     * @return what became of it, or empty if one of them became a fraction
     */
    public Optional<Dim> scaled(DoubleUnaryOperator change) {
        List<Term> changed = new ArrayList<>();
        for (Term term : terms) {
            double times = change.applyAsDouble(term.times());
            if (times != Math.rint(times)) {
                return Optional.empty();
            }
            changed.add(new Term((long) times, term.factors()));
        }
        double rest = change.applyAsDouble(constant);
        return rest == Math.rint(rest) ? Optional.of(sum(changed, (long) rest)) : Optional.empty();
    }

    /**
     * Divides and rounds down.
     *
     * @param other the divisor, not zero
     * @return the quotient
     * @throws BatchDependentException if what is divided by depends on lengths and doesn't go into
     *     it, or if a batch would be rounded
     */
    public Dim floorDividedBy(Dim other) {
        if (other.isConstant()) {
            return other.constant < 0
                    ? times(of(-1)).floorDividedBy(Math.negateExact(other.constant))
                    : floorDividedBy(other.constant);
        }
        Dim quotient = ZERO;
        Dim rest = this;
        for (int step = 0; !rest.is(0); step++) {
            if (rest.isConstant() || step > MAX_TERMS) {
                throw undivided(other);
            }
            Term first = other.terms.get(0);
            Dim next = rest.terms.get(0).dividedBy(first).orElseThrow(() -> undivided(other));
            quotient = quotient.plus(next);
            rest = rest.minus(next.times(other));
        }
        return quotient;
    }

    private BatchDependentException undivided(Dim other) {
        return new BatchDependentException("divides " + this + " by " + other, this, other);
    }

    /** In one form: whole parts outside, then in lowest terms, the first term positive. */
    private Dim floorDividedBy(long divisor) {
        if (isMultipleOf(divisor)) {
            return new Dim(
                    terms.stream().map(t -> new Term(t.times() / divisor, t.factors())).toList(),
                    constant / divisor);
        }
        List<Term> whole = new ArrayList<>();
        List<Term> rest = new ArrayList<>();
        long common = divisor;
        for (Term term : terms) {
            // The remainder that is nearest to zero.
            long left = Math.floorMod(term.times(), divisor);
            left -= 2 * left > divisor ? divisor : 0;
            if (term.times() != left) {
                whole.add(new Term((term.times() - left) / divisor, term.factors()));
            }
            if (left != 0) {
                rest.add(new Term(left, term.factors()));
                common = gcd(common, left);
            }
        }
        Dim outside = new Dim(whole, Math.floorDiv(constant, divisor));
        if (rest.isEmpty()) {
            return outside;
        }
        long reduced = common;
        Dim inside =
                new Dim(
                        rest.stream().map(t -> new Term(t.times() / reduced, t.factors())).toList(),
                        Math.floorDiv(Math.floorMod(constant, divisor), reduced));
        return outside.plus(inside.rounded(divisor / reduced));
    }

    private Dim rounded(long divisor) {
        if (divisor == 1) {
            return this;
        }
        Term first = terms.get(0);
        if (first.times() < 0) {
            // floor(-x / n) = -floor((x + n - 1) / n)
            return times(of(-1)).plus(of(divisor - 1)).floorDividedBy(divisor).times(of(-1));
        }
        if (axes().contains(Axis.BATCH)) {
            throw undivided(of(divisor));
        }
        boolean nested =
                terms.size() == 1
                        && first.times() == 1
                        && first.factors().size() == 1
                        && first.factors().get(0) instanceof Quotient;
        if (nested) {
            Quotient inner = (Quotient) first.factors().get(0);
            return inner.dividend()
                    .plus(of(Math.multiplyExact(constant, inner.divisor())))
                    .floorDividedBy(Math.multiplyExact(divisor, inner.divisor()));
        }
        if (nested() >= MAX_NESTED) {
            throw undivided(of(divisor));
        }
        return of(new Term(1, List.of(new Quotient(this, divisor))));
    }

    /** How deep quotients are nested in it. */
    private int nested() {
        int most = 0;
        for (Term term : terms) {
            for (Factor factor : term.factors()) {
                if (factor instanceof Quotient quotient) {
                    most = Math.max(most, 1 + quotient.dividend().nested());
                }
            }
        }
        return most;
    }

    static long gcd(long a, long b) {
        return b == 0 ? Math.abs(a) : gcd(b, a % b);
    }

    /** The least number that is a multiple of all that anything in it is divided by. */
    long divisors() {
        long all = 1;
        for (Term term : terms) {
            for (Factor factor : term.factors()) {
                if (factor instanceof Quotient quotient) {
                    all =
                            lcm(
                                    all,
                                    Math.multiplyExact(
                                            quotient.divisor(), quotient.dividend().divisors()));
                }
            }
        }
        return all;
    }

    static long lcm(long a, long b) {
        return Math.multiplyExact(a / gcd(a, b), b);
    }

    /**
     * What {@link #floorDividedBy} leaves.
     *
     * @param other the divisor, not zero
     * @return the remainder, with the divisor's sign
     * @throws BatchDependentException as {@link #floorDividedBy} does
     */
    public Dim remainder(Dim other) {
        return minus(floorDividedBy(other).times(other));
    }

    /**
     * Compares for every batch and length.
     *
     * @param other the other number
     * @return the sign of the difference
     * @throws BatchDependentException if it differs
     */
    public int compareTo(Dim other) {
        Dim difference = minus(other).reduced();
        if (difference.isConstant()) {
            return Long.signum(difference.constant);
        }
        if (difference.isAlways(b -> b.least() > 0)) {
            return 1;
        }
        if (difference.isAlways(b -> b.most() < 0)) {
            return -1;
        }
        throw new BatchDependentException("compares " + this + " with " + other, difference);
    }

    /**
     * Whether it is no more than another for every batch and length.
     *
     * @param other the other number
     * @return true if it never is more, false if it always is
     * @throws BatchDependentException if it is more for some
     */
    public boolean isAtMost(Dim other) {
        Dim difference = minus(other).reduced();
        if (difference.isAlways(b -> b.most() <= 0)) {
            return true;
        }
        if (difference.isAlways(b -> b.least() > 0)) {
            return false;
        }
        throw new BatchDependentException("compares " + this + " with " + other, difference);
    }

    /**
     * Whether both are the same for every batch and length.
     *
     * @param other the other number
     * @return true if they always are, false if they never are
     * @throws BatchDependentException if they are for some
     */
    public boolean equalTo(Dim other) {
        Dim difference = minus(other).reduced();
        if (difference.isConstant()) {
            return difference.constant == 0;
        }
        long step = difference.terms.stream().mapToLong(Term::times).reduce(0, Dim::gcd);
        boolean never =
                difference.constant % step != 0
                        || difference.isAlways(b -> b.least() > 0)
                        || difference.isAlways(b -> b.most() < 0);
        if (never) {
            return false;
        }
        throw new BatchDependentException("asks whether " + this + " equals " + other, difference);
    }

    /** From where to where it may lie if axes lie where they are said to. */
    Bounds bounds(Function<Axis, Bounds> axes) {
        Bounds sum = Bounds.of(constant);
        for (Term term : terms) {
            Bounds product = Bounds.of(term.times());
            for (Factor factor : term.factors()) {
                product = product.times(factor.bounds(axes));
            }
            sum = sum.plus(product);
        }
        for (Term term : terms) {
            if (term.factors().size() == 1
                    && term.factors().get(0) instanceof Quotient quotient
                    && term.times() % quotient.divisor() == 0) {
                // k * floor(x / k) is x less something from 0 to k - 1.
                Dim times = of(term.times() / quotient.divisor());
                Dim others = minus(of(term)).plus(quotient.dividend().times(times));
                Bounds less = new Bounds(1.0 - quotient.divisor(), 0);
                Bounds rounded = others.bounds(axes).plus(less.times(Bounds.of(times.constant)));
                return sum.and(rounded);
            }
        }
        return sum;
    }

    /** Divided by axes that are in all of it, which leaves its sign as it is. */
    private Dim reduced() {
        if (isConstant() || constant != 0) {
            return this;
        }
        for (Factor factor : terms.get(0).factors()) {
            if (factor instanceof Axis axis
                    && terms.stream().allMatch(t -> t.factors().contains(axis))) {
                return floorDividedBy(of(axis)).reduced();
            }
        }
        return this;
    }

    /** Whether something is so for the lengths that were seen; axes remember for which others. */
    private boolean isAlways(Predicate<Bounds> so) {
        if (!so.test(bounds(Axis::seen))) {
            return false;
        }
        Set<Axis> axes = axes();
        for (Axis axis : axes) {
            if (so.test(bounds(Axis::held))) {
                break;
            }
            axis.narrow(b -> so.test(bounds(a -> a == axis ? b : a.held())));
        }
        return true;
    }

    @Override
    public String toString() {
        if (isConstant()) {
            return Long.toString(constant);
        }
        StringBuilder text = new StringBuilder();
        for (Term term : terms) {
            text.append(text.isEmpty() || term.times() < 0 ? "" : "+").append(term);
        }
        if (constant != 0) {
            text.append(constant > 0 ? "+" : "").append(constant);
        }
        return text.toString();
    }
}
