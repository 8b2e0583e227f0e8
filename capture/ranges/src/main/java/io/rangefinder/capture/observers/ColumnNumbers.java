package io.rangefinder.capture.observers;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** The numbers of one column. Immutable. */
sealed interface ColumnNumbers {

    /** The greatest whole number up to which a double holds each. */
    double WHOLE = 0x1p53;

    int size();

    /** Both together; the other is of the same kind and size. */
    ColumnNumbers merge(ColumnNumbers other);

    /** Those from an index to another. */
    ColumnNumbers part(int from, int to);

    /** Whether nothing was seen. */
    boolean isNeutral();

    /** Numbers as a model gives them. */
    static ColumnNumbers of(Column column, double[] values) {
        return switch (column.kind()) {
            case COUNT -> Counts.of(column, values);
            case SUM -> Sums.of(column, values);
            case LEAST, GREATEST -> Extremes.of(column, values);
        };
    }

    /** Numbers from elsewhere, to all their digits. */
    static ColumnNumbers of(Column column, List<? extends Number> values) {
        return switch (column.kind()) {
            case COUNT -> Counts.of(column, values.stream().mapToLong(Number::longValue).toArray());
            case SUM -> Sums.of(values);
            case LEAST, GREATEST ->
                    Extremes.of(column, values.stream().mapToDouble(Number::doubleValue).toArray());
        };
    }

    /** Whole numbers that add. */
    record Counts(long[] values) implements ColumnNumbers {

        static Counts of(Column column, double[] values) {
            long[] counts = new long[values.length];
            for (int i = 0; i < counts.length; i++) {
                if (!(values[i] >= 0 && values[i] <= WHOLE && values[i] == Math.rint(values[i]))) {
                    throw new IllegalArgumentException(
                            "column " + column.name() + " counts, but holds " + values[i]);
                }
                counts[i] = (long) values[i];
            }
            return new Counts(counts);
        }

        static Counts of(Column column, long[] values) {
            if (Arrays.stream(values).anyMatch(v -> v < 0)) {
                throw new IllegalArgumentException(
                        "column " + column.name() + " counts, but holds a negative number");
            }
            return new Counts(values);
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public ColumnNumbers merge(ColumnNumbers other) {
            long[] added = ((Counts) other).values;
            long[] sums = new long[values.length];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = Math.addExact(values[i], added[i]);
            }
            return new Counts(sums);
        }

        @Override
        public ColumnNumbers part(int from, int to) {
            return new Counts(Arrays.copyOfRange(values, from, to));
        }

        @Override
        public boolean isNeutral() {
            return Arrays.stream(values).allMatch(v -> v == 0);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Counts that && Arrays.equals(values, that.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return Arrays.toString(values);
        }
    }

    /** Numbers that add exactly: a sum of doubles would depend on their order. */
    record Sums(BigDecimal[] values) implements ColumnNumbers {

        static Sums of(Column column, double[] values) {
            BigDecimal[] sums = new BigDecimal[values.length];
            for (int i = 0; i < sums.length; i++) {
                if (!Double.isFinite(values[i])) {
                    throw new IllegalArgumentException(
                            "column " + column.name() + " adds up, but holds " + values[i]);
                }
                sums[i] = normal(new BigDecimal(values[i]));
            }
            return new Sums(sums);
        }

        static Sums of(List<? extends Number> values) {
            return new Sums(
                    values.stream()
                            .map(
                                    v ->
                                            v instanceof BigDecimal b
                                                    ? b
                                                    : new BigDecimal(v.doubleValue()))
                            .map(Sums::normal)
                            .toArray(BigDecimal[]::new));
        }

        /** Equal numbers get equal digits. */
        private static BigDecimal normal(BigDecimal value) {
            return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public ColumnNumbers merge(ColumnNumbers other) {
            BigDecimal[] added = ((Sums) other).values;
            BigDecimal[] sums = new BigDecimal[values.length];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = normal(values[i].add(added[i]));
            }
            return new Sums(sums);
        }

        @Override
        public ColumnNumbers part(int from, int to) {
            return new Sums(Arrays.copyOfRange(values, from, to));
        }

        @Override
        public boolean isNeutral() {
            return Arrays.stream(values).allMatch(v -> v.signum() == 0);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Sums that && Arrays.equals(values, that.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return Arrays.toString(values);
        }
    }

    /** Numbers of which the least or the greatest is kept; never {@code -0.0}. */
    record Extremes(boolean least, double[] values) implements ColumnNumbers {

        static Extremes of(Column column, double[] values) {
            double[] extremes = values.clone();
            double neutral = column.kind().neutral();
            for (int i = 0; i < extremes.length; i++) {
                if (!Double.isFinite(extremes[i]) && extremes[i] != neutral) {
                    throw new IllegalArgumentException(
                            "column "
                                    + column.name()
                                    + " keeps what is finite, but holds "
                                    + extremes[i]);
                }
                // Which of two zeros was seen first must not show.
                extremes[i] += 0.0;
            }
            return new Extremes(column.kind() == Column.Kind.LEAST, extremes);
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public ColumnNumbers merge(ColumnNumbers other) {
            double[] added = ((Extremes) other).values;
            double[] kept = new double[values.length];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = least ? Math.min(values[i], added[i]) : Math.max(values[i], added[i]);
            }
            return new Extremes(least, kept);
        }

        @Override
        public ColumnNumbers part(int from, int to) {
            return new Extremes(least, Arrays.copyOfRange(values, from, to));
        }

        @Override
        public boolean isNeutral() {
            return Arrays.stream(values).allMatch(Double::isInfinite);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Extremes that
                    && least == that.least
                    && Arrays.equals(values, that.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return Arrays.toString(values);
        }
    }
}
