package io.rangefinder.engine.options;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The names of {@link EngineOptions}, and what is close to them. Stateless. */
final class OptionNames {

    /** More typing errors than this make another word. */
    private static final int MOST_ERRORS = 3;

    private static final List<String> ALL =
            Arrays.stream(EngineOptions.class.getRecordComponents())
                    .map(RecordComponent::getName)
                    .toList();

    private OptionNames() {}

    static List<String> all() {
        return ALL;
    }

    /** A sentence for each option that nobody knows, in the order of names. */
    static List<String> unknown(Map<String, ?> options) {
        return options.keySet().stream()
                .filter(name -> !ALL.contains(name))
                .sorted()
                .map(
                        name ->
                                "there is no option "
                                        + name
                                        + closest(name)
                                                .map(c -> "; is " + c + " meant?")
                                                .orElse(
                                                        "; it is ignored. There are "
                                                                + String.join(", ", ALL)))
                .toList();
    }

    private static Optional<String> closest(String name) {
        String plain = plain(name);
        return ALL.stream()
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
