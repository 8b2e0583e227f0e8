package io.rangefinder.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DJL's engine options, which are texts that may be missing. */
final class Options {

    private static final Pattern BYTES = Pattern.compile("(\\d{1,9})([KMG]?)");

    private final Map<String, ?> options;

    Options(Map<String, ?> options) {
        this.options = options == null ? Map.of() : options;
    }

    /** All of them, for those who read their own. */
    Map<String, ?> all() {
        return options;
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(options.get(name)).map(Object::toString);
    }

    List<String> list(String name) {
        return text(name).stream()
                .flatMap(t -> Arrays.stream(t.split(",")))
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .toList();
    }

    boolean flag(String name, boolean otherwise) {
        String text = text(name).orElse(Boolean.toString(otherwise));
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(
                    "option " + name + " must be true or false but is " + text);
        }
        return Boolean.parseBoolean(text);
    }

    /** A number of bytes, or of binary kilo-, mega- or gigabytes. */
    OptionalLong bytes(String name) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        Matcher matcher = BYTES.matcher(text.get().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "option "
                            + name
                            + " must be a number of bytes, or one with K, M or G behind, but is "
                            + text.get());
        }
        int shift = 10 * "KMG".indexOf(matcher.group(2)) + (matcher.group(2).isEmpty() ? 0 : 10);
        return OptionalLong.of(Long.parseLong(matcher.group(1)) << shift);
    }

    int number(String name, int otherwise) {
        Optional<String> text = text(name);
        try {
            return text.map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "option " + name + " must be a whole number but is " + text.get(), e);
        }
    }
}
