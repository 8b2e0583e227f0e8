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

/** DJL's options by name. What is not as an option wants it is refused by the option's name. */
record OptionTexts(Map<String, ?> options) {

    private static final Pattern SHAPE = Pattern.compile("\\d{1,18}(x\\d{1,18})*");

    /** A collection counts as its elements with commas between. */
    Optional<String> text(String name) {
        return Optional.ofNullable(options.get(name))
                .map(
                        value ->
                                value instanceof Collection<?> all
                                        ? all.stream()
                                                .map(String::valueOf)
                                                .collect(Collectors.joining(","))
                                        : value.toString().strip());
    }

    List<String> list(String name) {
        return text(name).map(OptionTexts::split).orElse(List.of());
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(t -> !t.isEmpty()).toList();
    }

    boolean flag(String name, boolean otherwise) {
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

    OptionalInt number(String name, int least, int most) {
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

    Optional<ByteSize> bytes(String name) {
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

    Optional<Path> path(String name) {
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

    /** What one of the names that a type has stands for; its own message says which there are. */
    <T> Optional<T> named(String name, Function<String, T> type) {
        try {
            return text(name).map(type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("option " + name + ": " + e.getMessage(), e);
        }
    }

    <E extends Enum<E>> E constant(String name, Class<E> type, String text) {
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

    Map<String, Shape> shapes(String name) {
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
