package io.rangefinder.capture.observers;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The numbers that an observer has of a tensor: a matrix of its columns by a width, which is 1
 * where a column is one number. Tallies add: {@link #merge} is exact, commutative and associative.
 * Immutable.
 */
public final class Tally {

    private final List<Column> columns;
    private final List<ColumnNumbers> numbers;

    private Tally(List<Column> columns, List<ColumnNumbers> numbers) {
        this.columns = columns;
        this.numbers = numbers;
    }

    /**
     * What an observer's code gave.
     *
     * @param columns the observer's columns
     * @param values the first column's numbers, then the second's, as many each
     * @return the tally
     * @throws IllegalArgumentException if they are not as many, or one does not fit its column's
     *     kind
     */
    public static Tally of(List<Column> columns, double[] values) {
        int width = width(columns, values);
        List<ColumnNumbers> numbers = new ArrayList<>(columns.size());
        for (int c = 0; c < columns.size(); c++) {
            double[] own = Arrays.copyOfRange(values, c * width, (c + 1) * width);
            numbers.add(ColumnNumbers.of(columns.get(c), own));
        }
        return new Tally(List.copyOf(columns), numbers);
    }

    /**
     * A table, in which the numbers of a row stand beside each other.
     *
     * @param columns the columns
     * @param table the first number of each column, then the second of each, and so on
     * @return a tally as wide as the table is long
     * @throws IllegalArgumentException as in {@link #of}
     */
    public static Tally ofTable(List<Column> columns, double[] table) {
        int width = width(columns, table);
        double[] values = new double[table.length];
        for (int c = 0; c < columns.size(); c++) {
            for (int i = 0; i < width; i++) {
                values[c * width + i] = table[i * columns.size() + c];
            }
        }
        return of(columns, values);
    }

    private static int width(List<Column> columns, double[] values) {
        if (values.length % columns.size() != 0) {
            throw new IllegalArgumentException(
                    values.length + " numbers for " + columns.size() + " columns");
        }
        return values.length / columns.size();
    }

    /**
     * The tally of what saw nothing.
     *
     * @param columns the columns
     * @param width how many numbers each has
     * @return a tally that merges with any other of this width into that other
     */
    public static Tally empty(List<Column> columns, int width) {
        List<ColumnNumbers> numbers = new ArrayList<>();
        for (Column column : columns) {
            double[] neutral = new double[width];
            Arrays.fill(neutral, column.kind().neutral());
            numbers.add(ColumnNumbers.of(column, neutral));
        }
        return new Tally(List.copyOf(columns), numbers);
    }

    /**
     * Starts with what saw nothing.
     *
     * @param columns the columns
     * @param width how many numbers each has
     * @return a new builder
     */
    public static Builder builder(List<Column> columns, int width) {
        return new Builder(empty(columns, width));
    }

    /**
     * What this and another have seen.
     *
     * @param other a tally with the same columns, of the same width
     * @return both together
     * @throws IllegalArgumentException if the other has other columns or another width
     * @throws ArithmeticException if a count is beyond 2^63 - 1
     */
    public Tally merge(Tally other) {
        if (!fits(other)) {
            throw new IllegalArgumentException(
                    "a tally of "
                            + width()
                            + " by "
                            + columns
                            + " cannot be merged with one of "
                            + other.width()
                            + " by "
                            + other.columns);
        }
        List<ColumnNumbers> both = new ArrayList<>(numbers.size());
        for (int c = 0; c < numbers.size(); c++) {
            both.add(numbers.get(c).merge(other.numbers.get(c)));
        }
        return new Tally(columns, both);
    }

    /**
     * Whether this can be merged with another.
     *
     * @param other another tally
     * @return true if it has the same columns and width
     */
    public boolean fits(Tally other) {
        return columns.equals(other.columns) && width() == other.width();
    }

    /**
     * A part of the matrix.
     *
     * @param fromColumn the first column
     * @param toColumn the column after the last
     * @param from the index of the first number of each
     * @param to the index after the last
     * @return the part
     */
    public Tally part(int fromColumn, int toColumn, int from, int to) {
        return new Tally(
                columns.subList(fromColumn, toColumn),
                numbers.subList(fromColumn, toColumn).stream().map(n -> n.part(from, to)).toList());
    }

    /**
     * The columns.
     *
     * @return the columns in the observer's order
     */
    public List<Column> columns() {
        return columns;
    }

    /**
     * How many numbers each column has.
     *
     * @return the width
     */
    public int width() {
        return numbers.get(0).size();
    }

    /**
     * Whether a column saw nothing.
     *
     * @param column the column's name
     * @return true if all its numbers are those of a column that saw nothing
     */
    public boolean isEmpty(String column) {
        return numbers(column).isNeutral();
    }

    /**
     * Whether nothing was seen.
     *
     * @return true if no column saw anything
     */
    public boolean isEmpty() {
        return numbers.stream().allMatch(ColumnNumbers::isNeutral);
    }

    /**
     * The number of a column of whole numbers that has one.
     *
     * @param column the column's name
     * @return its first number
     */
    public long count(String column) {
        return ((ColumnNumbers.Counts) numbers(column)).values()[0];
    }

    /**
     * The numbers of a column of whole numbers.
     *
     * @param column the column's name
     * @return a copy of them
     */
    public long[] counts(String column) {
        return ((ColumnNumbers.Counts) numbers(column)).values().clone();
    }

    /**
     * The exact sums of a column that adds.
     *
     * @param column the column's name
     * @return a list of them
     */
    public List<BigDecimal> sums(String column) {
        return List.of(((ColumnNumbers.Sums) numbers(column)).values());
    }

    /**
     * The number of a column of extremes that has one.
     *
     * @param column the column's name
     * @return its first number, infinite if it saw nothing
     */
    public double extreme(String column) {
        return ((ColumnNumbers.Extremes) numbers(column)).values()[0];
    }

    /**
     * The numbers of a column of which the least or the greatest are kept.
     *
     * @param column the column's name
     * @return a copy of them; what saw nothing is infinite
     */
    public double[] extremes(String column) {
        return ((ColumnNumbers.Extremes) numbers(column)).values().clone();
    }

    private ColumnNumbers numbers(String column) {
        return numbers.get(index(column));
    }

    private int index(String column) {
        for (int c = 0; c < columns.size(); c++) {
            if (columns.get(c).name().equals(column)) {
                return c;
            }
        }
        throw new IllegalArgumentException("there is no column " + column + " in " + columns);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tally that
                && columns.equals(that.columns)
                && numbers.equals(that.numbers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(columns, numbers);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c < columns.size(); c++) {
            text.append(c == 0 ? "" : ", ").append(columns.get(c).name()).append('=');
            text.append(numbers.get(c));
        }
        return text.toString();
    }

    /** Gathers the columns of a tally. Not safe for use from several threads. */
    public static final class Builder {

        private final Tally empty;
        private final List<ColumnNumbers> numbers;

        private Builder(Tally empty) {
            this.empty = empty;
            numbers = new ArrayList<>(empty.numbers);
        }

        /**
         * Sets a column of one number.
         *
         * @param column its name
         * @param value its number
         * @return this builder
         * @throws IllegalArgumentException as in {@link #put(String, List)}
         */
        public Builder put(String column, Number value) {
            return put(column, List.of(value));
        }

        /**
         * Sets a column.
         *
         * @param column its name
         * @param values its numbers: whole ones if it counts; the others are taken as they are, a
         *     {@link BigDecimal} to all its digits
         * @return this builder
         * @throws IllegalArgumentException if one does not fit the column's kind, or they are not
         *     as many as the width
         */
        public Builder put(String column, List<? extends Number> values) {
            int index = empty.index(column);
            if (values.size() != empty.width()) {
                throw new IllegalArgumentException(
                        "column "
                                + column
                                + " has "
                                + values.size()
                                + " numbers, but there must be "
                                + empty.width());
            }
            numbers.set(index, ColumnNumbers.of(empty.columns.get(index), values));
            return this;
        }

        /**
         * Ends the gathering.
         *
         * @return the tally
         */
        public Tally build() {
            return new Tally(empty.columns, Collections.unmodifiableList(new ArrayList<>(numbers)));
        }
    }
}
