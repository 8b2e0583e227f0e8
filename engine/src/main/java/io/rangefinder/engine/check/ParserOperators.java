package io.rangefinder.engine.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operators that each version's parser takes, from {@code operators.txt}. Immutable. */
final class ParserOperators {

    private static final ParserOperators TABLE = read();

    private final Map<String, String[]> rows;

    private ParserOperators(Map<String, String[]> rows) {
        this.rows = rows;
    }

    static ParserOperators get() {
        return TABLE;
    }

    boolean takes(String operator, TensorRtVersion version) {
        return types(operator, version).isPresent();
    }

    /** The documented types, such as {@code FP32}; empty set: not documented; empty: not taken. */
    Optional<Set<String>> types(String operator, TensorRtVersion version) {
        return Optional.ofNullable(rows.get(operator))
                .map(row -> row[1 + version.ordinal()])
                .filter(types -> !types.equals("-"))
                .map(types -> types.equals("?") ? Set.of() : Set.of(types.split(",")));
    }

    private static ParserOperators read() {
        Map<String, String[]> rows = new HashMap<>();
        try (InputStream in = ParserOperators.class.getResourceAsStream("operators.txt");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .forEach(row -> rows.put(row[0], row));
        } catch (IOException e) {
            throw new UncheckedIOException("operators.txt of this jar cannot be read", e);
        }
        return new ParserOperators(Map.copyOf(rows));
    }
}
