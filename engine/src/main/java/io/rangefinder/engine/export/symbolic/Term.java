package io.rangefinder.engine.export.symbolic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A product of a number and of factors that are not known.
 *
 * @param times the number, not zero
 * @param factors at least one, in {@link Factor#ORDER}
 */
public record Term(long times, List<Factor> factors) {

    /** More factors first, so that the first term of a sum is the one that grows fastest. */
    static final Comparator<Term> ORDER =
            Comparator.comparing((Term t) -> -t.factors.size()).thenComparing(Term::product);

    /** No model multiplies as many lengths. */
    private static final int MAX_FACTORS = 8;

    /**
     * Copies the factors.
     *
     * @param times the number
     * @param factors the factors
     */
    public Term {
        factors = List.copyOf(factors);
    }

    Term times(long number) {
        return new Term(Math.multiplyExact(times, number), factors);
    }

    Term times(Term other) {
        List<Factor> all = new ArrayList<>(factors);
        all.addAll(other.factors);
        all.sort(Factor.ORDER);
        long batches = all.stream().filter(f -> f == Axis.BATCH).count();
        if (batches > 1 || all.size() > MAX_FACTORS) {
            throw new BatchDependentException(
                    "multiplies " + this + " by " + other, Dim.of(this), Dim.of(other));
        }
        return new Term(Math.multiplyExact(times, other.times), all);
    }

    /** What it is times another, if it is a multiple of that; without factors left a constant. */
    Optional<Dim> dividedBy(Term other) {
        List<Factor> left = new ArrayList<>(factors);
        for (Factor factor : other.factors) {
            if (!left.remove(factor)) {
                return Optional.empty();
            }
        }
        if (times % other.times != 0) {
            return Optional.empty();
        }
        long number = times / other.times;
        return Optional.of(left.isEmpty() ? Dim.of(number) : Dim.of(new Term(number, left)));
    }

    String product() {
        return factors.stream().map(Factor::toString).collect(Collectors.joining("*"));
    }

    @Override
    public String toString() {
        return times == 1 ? product() : times == -1 ? "-" + product() : times + "*" + product();
    }
}
