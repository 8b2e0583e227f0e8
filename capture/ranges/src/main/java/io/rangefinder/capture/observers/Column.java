package io.rangefinder.capture.observers;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A column of an observer's numbers.
 *
 * @param name its name in statistics files
 * @param kind what becomes of two numbers
 */
public record Column(String name, Kind kind) {

    /** What two numbers of a column become. Each is exact, whatever the order. */
    public enum Kind {
        /** They are whole, 0 or more, and add; more than 2^63 - 1 is an error. */
        COUNT(0),
        /** They are finite, and add without being rounded. */
        SUM(0),
        /** The lesser is kept. */
        LEAST(Double.POSITIVE_INFINITY),
        /** The greater is kept. */
        GREATEST(Double.NEGATIVE_INFINITY);

        private final double neutral;

        Kind(double neutral) {
            this.neutral = neutral;
        }

        /**
         * The number of a column that saw nothing.
         *
         * @return what leaves any other as it is
         */
        public double neutral() {
            return neutral;
        }

        /**
         * The word for it in statistics files.
         *
         * @return {@code count}, {@code sum}, {@code least} or {@code greatest}
         */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The kind of a word.
         *
         * @param word a word of a statistics file
         * @return the kind, or empty if there is none of this word
         */
        public static Optional<Kind> of(String word) {
            return Arrays.stream(values()).filter(k -> k.word().equals(word)).findFirst();
        }
    }

    /**
     * A column whose numbers are whole and add.
     *
     * @param name its name
     * @return the column
     */
    public static Column count(String name) {
        return new Column(name, Kind.COUNT);
    }

    /**
     * A column whose numbers add.
     *
     * @param name its name
     * @return the column
     */
    public static Column sum(String name) {
        return new Column(name, Kind.SUM);
    }

    /**
     * A column whose least number is kept.
     *
     * @param name its name
     * @return the column
     */
    public static Column least(String name) {
        return new Column(name, Kind.LEAST);
    }

    /**
     * A column whose greatest number is kept.
     *
     * @param name its name
     * @return the column
     */
    public static Column greatest(String name) {
        return new Column(name, Kind.GREATEST);
    }
}
