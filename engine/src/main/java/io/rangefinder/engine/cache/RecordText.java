package io.rangefinder.engine.cache;

import ai.djl.ndarray.types.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A text of a record that is equal for equal records and differs for different ones. Stateless. */
final class RecordText {

    private RecordText() {}

    static String of(Record value) {
        return Stream.of(value.getClass().getRecordComponents())
                .map(component -> component.getName() + "=" + text(get(value, component)))
                .collect(Collectors.joining(" ", value.getClass().getName() + "{", "}"));
    }

    private static String text(Object value) {
        if (value instanceof Record all) {
            return of(all);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Number || value instanceof Boolean || value instanceof Instant) {
            return value.toString();
        }
        if (value instanceof CharSequence || value instanceof Path) {
            return quoted(value.toString());
        }
        if (value instanceof Optional<?> some) {
            return some.map(s -> "[" + text(s) + "]").orElse("[]");
        }
        if (value instanceof OptionalInt
                || value instanceof OptionalLong
                || value instanceof OptionalDouble) {
            return value.toString();
        }
        if (value instanceof Set<?> set) {
            return sorted(set.stream().map(RecordText::text));
        }
        if (value instanceof Map<?, ?> map) {
            return sorted(
                    map.entrySet().stream().map(e -> text(e.getKey()) + ":" + text(e.getValue())));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RecordText::text).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Shape shape) {
            return Arrays.toString(shape.getShape()) + shape.toLayoutString();
        }
        throw new IllegalArgumentException(
                "no text of "
                        + (value == null ? "null" : value.getClass().getName())
                        + " is known that differs for different values; teach "
                        + RecordText.class.getSimpleName()
                        + " one");
    }

    private static String sorted(Stream<String> texts) {
        return texts.sorted().collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Object get(Record value, RecordComponent component) {
        Method accessor = component.getAccessor();
        try {
            // The record may be of a package's own.
            accessor.setAccessible(true);
            return accessor.invoke(value);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(component + " of " + value + " can't be read", e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(component + " of " + value + " fails", e);
        }
    }
}
