package io.rangefinder.capture.types;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schemas of PyTorch's operators, from the list that PyTorch itself prints ({@code
 * schemas.txt}). Lines are parsed when they are first asked for. Safe from any thread.
 */
public final class SchemaTable {

    private static final String RESOURCE = "schemas.txt";

    private final Map<String, List<String>> lines = new HashMap<>();
    private final Map<String, List<Schema>> parsed = new ConcurrentHashMap<>();

    /**
     * What a call of an operator gives.
     *
     * @param type its result's type
     * @param mutates whether it changes a tensor that it is given
     */
    public record Result(Type type, boolean mutates) {}

    private SchemaTable() {}

    /** Read when it is first asked for: it never changes. */
    private static final class OfPyTorch {

        static final SchemaTable TABLE = read();
    }

    /**
     * The table of PyTorch's own operators and torchvision's.
     *
     * @return the table, always the same one
     */
    public static SchemaTable ofPyTorch() {
        return OfPyTorch.TABLE;
    }

    private static SchemaTable read() {
        SchemaTable table = new SchemaTable();
        try (InputStream in = SchemaTable.class.getResourceAsStream(RESOURCE);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(table::index);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE + " of Rangefinder's jar", e);
        }
        return table;
    }

    private void index(String line) {
        int open = line.indexOf('(');
        if (open < 0) {
            return;
        }
        String name = line.substring(0, open);
        int dot = name.indexOf('.', name.indexOf("::") + 2);
        lines.computeIfAbsent(dot < 0 ? name : name.substring(0, dot), n -> new ArrayList<>())
                .add(line);
    }

    /**
     * The overloads of an operator.
     *
     * @param name its qualified name: {@code aten::add}
     * @return its schemas, none if the operator is not known
     */
    public List<Schema> overloads(String name) {
        List<String> texts = lines.get(name);
        return texts == null
                ? List.of()
                : parsed.computeIfAbsent(
                        name, n -> texts.stream().map(SchemaParser::parse).toList());
    }

    /**
     * The result of calling an operator: that of the overload which TorchScript would choose.
     *
     * @param name its qualified name
     * @param arguments the positional arguments' types
     * @param keywords the keyword arguments' types
     * @return the result, or empty if the operator is not known or no overload fits
     */
    public Optional<Result> resolve(String name, List<Type> arguments, Map<String, Type> keywords) {
        List<Schema> overloads = overloads(name);
        boolean unknown =
                arguments.contains(Type.Basic.UNKNOWN)
                        || keywords.containsValue(Type.Basic.UNKNOWN);
        for (boolean implicit : new boolean[] {false, true}) {
            List<Result> fitting = new ArrayList<>();
            for (Schema schema : overloads) {
                schema.apply(arguments, keywords, implicit)
                        .ifPresent(type -> fitting.add(new Result(type, schema.mutates())));
            }
            if (!fitting.isEmpty()) {
                return Optional.of(unknown ? anyOf(fitting) : fitting.get(0));
            }
        }
        return Optional.empty();
    }

    /**
     * The overload that TorchScript would choose.
     *
     * @param name the operator's qualified name
     * @param arguments the positional arguments' types, all known
     * @param keywords the keyword arguments' types
     * @return its schema, or empty if the operator is not known or no overload fits
     */
    public Optional<Schema> choose(String name, List<Type> arguments, Map<String, Type> keywords) {
        List<Schema> overloads = overloads(name);
        for (boolean implicit : new boolean[] {false, true}) {
            for (Schema schema : overloads) {
                if (schema.apply(arguments, keywords, implicit).isPresent()) {
                    return Optional.of(schema);
                }
            }
        }
        return Optional.empty();
    }

    /** What is not known of an argument is not known of the result either. */
    private static Result anyOf(List<Result> results) {
        Type type = results.get(0).type();
        return new Result(
                results.stream().allMatch(r -> r.type().equals(type)) ? type : Type.Basic.UNKNOWN,
                results.stream().anyMatch(Result::mutates));
    }
}
