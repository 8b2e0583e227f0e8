package io.rangefinder.engine.options;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The names of options, and what is close to them. Stateless. */
public final class OptionNames {

    /** More typing errors than this make another word. */
    private static final int MOST_ERRORS = 3;

    private OptionNames() {}

    /**
     * The names of options that are a record's components.
     *
     * @param options the record
     * @return the names in order
     */
    public static List<String> of(Class<? extends Record> options) {
        return Arrays.stream(options.getRecordComponents()).map(RecordComponent::getName).toList();
    }

    /**
     * The options that nobody knows.
     *
     * @param known the options that there are
     * @param options values by name
     * @return a sentence for each of the others, in the order of names
     */
    public static List<String> unknown(List<String> known, Map<String, ?> options) {
        return options.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .map(
                        name ->
                                "there is no option "
                                        + name
                                        + closest(known, name)
                                                .map(c -> "; is " + c + " meant?")
                                                .orElse(
                                                        "; it is ignored. There are "
                                                                + String.join(", ", known)))
                .toList();
    }

    private static Optional<String> closest(List<String> known, String name) {
        String plain = plain(name);
        return known.stream()
                .filter(n -> errors(plain, plain(n)) <= Math.min(MOST_ERRORS, n.length() / 3))
                .min(Comparator.comparingInt(n -> errors(plain, plain(n))));
    }

    /** As people write it who think of another style: float_layers, batch-size. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Levenshtein's distance. */
    private static int errors(String a, String b) {
        int[] above = new int[b.length() + 1];
        Arrays.setAll(above, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
