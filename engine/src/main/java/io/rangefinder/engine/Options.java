package io.rangefinder.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** DJL's engine options, which are texts that may be missing. */
final class Options {

    private final Map<String, ?> options;

    Options(Map<String, ?> options) {
        this.options = options == null ? Map.of() : options;
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
