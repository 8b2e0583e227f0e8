package io.rangefinder.engine.options;

import ai.djl.ndarray.types.Shape;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What DJL's {@code optOption} gives, by name. Values need not be texts: their {@code toString}
 * counts, and of a collection its elements. What is not as an option wants it is refused by the
 * option's name, with an {@link IllegalArgumentException}.
 *
 * @param options values by name
 */
public record OptionTexts(Map<String, ?> options) {

    private static final Pattern SHAPE = Pattern.compile("\\d{1,18}(x\\d{1,18})*");

    /**
     * An option as a text.
     *
     * @param name the option
     * @return the text, or empty if it was not given
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(options.get(name))
                .map(
                        value ->
                                value instanceof Collection<?> all
                                        ? all.stream()
                                                .map(String::valueOf)
                                                .collect(Collectors.joining(","))
                                        : value.toString().strip());
    }

    /**
     * A list with commas between.
     *
     * @param name the option
     * @return its elements, none if it was not given
     */
    public List<String> list(String name) {
        return text(name).map(OptionTexts::split).orElse(List.of());
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(t -> !t.isEmpty()).toList();
    }

    /**
     * A truth.
     *
     * @param name the option
     * @param otherwise what counts if it was not given
     * @return the value
     */
    public boolean flag(String name, boolean otherwise) {
        return text(name)
                .map(
                        text ->
                                switch (text.toLowerCase(Locale.ROOT)) {
                                    case "true" -> true;
                                    case "false" -> false;
                                    default -> throw refused(name, "be true or false", text);
                                })
                .orElse(otherwise);
    }

    /**
     * A whole number.
     *
     * @param name the option
     * @param least the least that it may be
     * @param most the most that it may be
     * @return the number, or empty if it was not given
     */
    public OptionalInt number(String name, int least, int most) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return OptionalInt.of(number);
            }
        } catch (NumberFormatException e) {
            throw refused(name, "be a whole number", text.get(), e);
        }
        throw refused(
                name,
                most == Integer.MAX_VALUE
                        ? "be " + least + " or more"
                        : "be " + least + " to " + most,
                text.get());
    }

    /**
     * An amount of memory.
     *
     * @param name the option
     * @return the amount, or empty if it was not given
     */
    public Optional<ByteSize> bytes(String name) {
        return text(name)
                .map(
                        text ->
                                ByteSize.parse(text)
                                        .orElseThrow(
                                                () ->
                                                        refused(
                                                                name,
                                                                "be a number of bytes above 0, such"
                                                                        + " as 1073741824, or one"
                                                                        + " with K, M or G behind,"
                                                                        + " such as 1G,",
                                                                text)));
    }

    /**
     * A file or a folder.
     *
     * @param name the option
     * @return the path, or empty if it was not given
     */
    public Optional<Path> path(String name) {
        Optional<String> text = text(name);
        try {
            if (text.filter(String::isEmpty).isPresent()) {
                throw refused(name, "name a file or a folder", "empty");
            }
            return text.map(Path::of);
        } catch (InvalidPathException e) {
            throw refused(name, "name a file or a folder", text.orElse(""), e);
        }
    }

    /**
     * What one of the names that a type has stands for.
     *
     * @param name the option
     * @param type reads a name; its own message says which there are
     * @param <T> the type
     * @return the value, or empty if the option was not given
     */
    public <T> Optional<T> named(String name, Function<String, T> type) {
        try {
            return text(name).map(type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("option " + name + ": " + e.getMessage(), e);
        }
    }

    /**
     * A constant by its name, in letters of any case.
     *
     * @param name the option
     * @param type the constants
     * @param text what was given
     * @param <E> their type
     * @return the constant
     */
    public <E extends Enum<E>> E constant(String name, Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> c.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                refused(
                                        name,
                                        "be one of "
                                                + Arrays.toString(type.getEnumConstants())
                                                        .toLowerCase(Locale.ROOT),
                                        text));
    }

    /**
     * Shapes of tensors, such as {@code input:1x3x224x224}, with commas between.
     *
     * @param name the option
     * @return shapes by tensor, none if it was not given
     */
    public Map<String, Shape> shapes(String name) {
        Map<String, Shape> shapes = new TreeMap<>();
        for (String text : list(name)) {
            // Names of tensors may hold colons; lengths don't.
            int colon = text.lastIndexOf(':');
            String axes = text.substring(colon + 1);
            if (colon <= 0 || !SHAPE.matcher(axes).matches()) {
                throw refused(name, "be such as input:1x3x224x224", text);
            }
            Shape shape =
                    new Shape(Arrays.stream(axes.split("x")).mapToLong(Long::parseLong).toArray());
            if (Arrays.stream(shape.getShape()).anyMatch(axis -> axis == 0)) {
                throw refused(name, "have axes above 0, for a plan's shapes are fixed,", text);
            }
            shapes.put(text.substring(0, colon), shape);
        }
        return shapes;
    }

    private static IllegalArgumentException refused(String name, String must, String text) {
        return new IllegalArgumentException(
                "option " + name + " must " + must + " but is " + (text.isEmpty() ? "''" : text));
    }

    private static IllegalArgumentException refused(
            String name, String must, String text, Exception cause) {
        IllegalArgumentException refused = refused(name, must, text);
        refused.initCause(cause);
        return refused;
    }
}
