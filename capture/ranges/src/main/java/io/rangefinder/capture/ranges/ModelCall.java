package io.rangefinder.capture.ranges;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a model is called: DJL passes tensors only, so that other arguments are bound to values
 * beforehand. Immutable.
 *
 * @param method the method, {@code forward} unless DJL is told another
 * @param arguments the values of arguments that are no tensors, by name, as people write them:
 *     {@code 16000}, {@code True}, {@code [1, 2]}, {@code None}
 */
public record ModelCall(String method, Map<String, String> arguments) {

    /** The method that a model is called by unless DJL is told another. */
    public static final String FORWARD = "forward";

    /** What the name of an input begins with that tells DJL's PyTorch engine another method. */
    private static final String MARKER = "module_method:";

    /** {@code forward}, with tensors only. */
    public static final ModelCall PLAIN = new ModelCall(FORWARD, Map.of());

    /**
     * Copies the arguments, which have an order by name.
     *
     * @param method the method
     * @param arguments the values of arguments that are no tensors
     */
    public ModelCall {
        Objects.requireNonNull(method, "method");
        SortedMap<String, String> sorted = new TreeMap<>();
        arguments.forEach((name, value) -> sorted.put(name, value.strip()));
        arguments = Collections.unmodifiableSortedMap(sorted);
    }

    /**
     * The name of an input that tells DJL's PyTorch engine to call a method; its numbers don't
     * count.
     *
     * @param method the method
     * @return the name
     */
    public static String marker(String method) {
        return MARKER + method;
    }

    /**
     * The method that an input's name tells.
     *
     * @param input the name of an input, or null if it has none
     * @return the method, or empty if it is an input of the model
     */
    public static Optional<String> marked(String input) {
        return Optional.ofNullable(input)
                .filter(name -> name.startsWith(MARKER))
                .map(name -> name.substring(MARKER.length()));
    }

    /**
     * Reads arguments.
     *
     * @param text {@code name=value}, several with commas between; commas in brackets and quotes
     *     belong to a value
     * @return the values by name
     * @throws IllegalArgumentException if it reads otherwise, or a name is given twice
     */
    public static Map<String, String> parseArguments(String text) {
        Map<String, String> arguments = new TreeMap<>();
        int depth = 0;
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ',';
            quoted ^= c == '"' && i < text.length();
            depth += "[({".indexOf(c) >= 0 ? 1 : "])}".indexOf(c) >= 0 ? -1 : 0;
            boolean ends = i == text.length() || c == ',' && depth == 0 && !quoted;
            if (ends && !text.substring(start, i).isBlank()) {
                addArgument(text.substring(start, i), arguments);
            }
            if (ends) {
                start = i + 1;
            }
        }
        return arguments;
    }

    /**
     * {@code forward} with arguments that are given one by one.
     *
     * @param texts {@code name=value} each
     * @return the call
     * @throws IllegalArgumentException if one reads otherwise, or a name is given twice
     */
    public static ModelCall withArguments(List<String> texts) {
        Map<String, String> arguments = new TreeMap<>();
        texts.forEach(text -> addArgument(text, arguments));
        return new ModelCall(FORWARD, arguments);
    }

    /**
     * The arguments as {@link #parseArguments} reads them.
     *
     * @return {@code name=value}, several with commas between
     */
    public String argumentsText() {
        return arguments.entrySet().stream()
                .map(a -> a.getKey() + "=" + quoted(a.getValue()))
                .collect(Collectors.joining(","));
    }

    /** A comma of a text would end it. */
    private static String quoted(String value) {
        boolean plain = value.isEmpty() || "[({\"".indexOf(value.charAt(0)) >= 0;
        return plain || value.indexOf(',') < 0 ? value : '"' + value + '"';
    }

    private static void addArgument(String text, Map<String, String> arguments) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? "" : text.substring(0, equals).strip();
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "an argument must read like rate=16000, but is " + text.strip());
        }
        if (arguments.put(name, text.substring(equals + 1).strip()) != null) {
            throw new IllegalArgumentException("argument " + name + " must be given once");
        }
    }

    /**
     * Whether this is what another asks for, which may leave out what it does not care for.
     *
     * @param asked a call in which {@code forward} means any method
     * @return true if the method is the same and so is each of its arguments
     */
    boolean isAsAsked(ModelCall asked) {
        return (asked.method.equals(FORWARD) || asked.method.equals(method))
                && asked.arguments.entrySet().stream()
                        .allMatch(a -> a.getValue().equalsIgnoreCase(arguments.get(a.getKey())));
    }

    /** For a message: {@code encode(rate=4)}, or only {@code rate=4} if any method is meant. */
    String asAsked() {
        return method.equals(FORWARD) ? argumentsText() : with(List.of());
    }

    /** For a message: {@code encode(x, rate=16000)}. */
    String with(List<InputDescription> inputs) {
        return method
                + Stream.concat(
                                inputs.stream().map(InputDescription::name),
                                arguments.entrySet().stream()
                                        .map(a -> a.getKey() + "=" + a.getValue()))
                        .collect(Collectors.joining(", ", "(", ")"));
    }
}
