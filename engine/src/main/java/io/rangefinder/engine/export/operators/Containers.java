package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Operators on lists, dicts and strings. Stateless. */
final class Containers {

    private Containers() {}

    private static List<Value> list(OperatorCall call, Value value) {
        if (value instanceof Value.ListOf list) {
            return list.elements();
        }
        if (value instanceof Value.Tuple tuple) {
            return tuple.elements();
        }
        throw call.unsupported("is of no list");
    }

    private static Map<Value, Value> entries(OperatorCall call) {
        if (call.value(0) instanceof Value.Dict dict) {
            return dict.entries();
        }
        throw call.unsupported("is of no dict");
    }

    private static int index(OperatorCall call, Value index, int size) {
        if (!(index instanceof Value.Scalar scalar)) {
            throw call.unsupported("has an index that is no number");
        }
        long at = scalar.whole().value();
        long from = at < 0 ? at + size : at;
        if (from < 0 || from >= size) {
            throw call.unsupported("has no element " + at + " of " + size);
        }
        return (int) from;
    }

    private static Value listOf(List<? extends Value> elements) {
        return new Value.ListOf(new ArrayList<>(elements));
    }

    static Value len(OperatorCall call) {
        if (call.value(0) instanceof Value.Tensor tensor) {
            return new Value.Int(tensor.get().rank() == 0 ? Dim.ONE : tensor.get().dim(0));
        }
        if (call.value(0) instanceof Value.Text text) {
            return Value.Int.of(text.text().length());
        }
        return Value.Int.of(
                call.value(0) instanceof Value.Dict dict
                        ? dict.entries().size()
                        : list(call, call.value(0)).size());
    }

    static Value getItem(OperatorCall call) {
        if (call.value(0) instanceof Value.Dict dict) {
            Value found = dict.entries().get(call.value(1));
            if (found == null) {
                throw call.unsupported("finds no key " + call.value(1));
            }
            return found;
        }
        if (call.value(0) instanceof Value.Text text) {
            int at = index(call, call.value(1), text.text().length());
            return new Value.Text(text.text().substring(at, at + 1));
        }
        List<Value> list = list(call, call.value(0));
        return list.get(index(call, call.value(1), list.size()));
    }

    static Value setItem(OperatorCall call) {
        if (call.value(0) instanceof Value.Dict dict) {
            dict.entries().put(call.value(1), call.value(2));
        } else {
            List<Value> list = list(call, call.value(0));
            list.set(index(call, call.value(1), list.size()), call.value(2));
        }
        return call.value(0);
    }

    static Value contains(OperatorCall call) {
        boolean found;
        if (call.value(0) instanceof Value.Dict dict) {
            found = dict.entries().containsKey(call.value(1));
        } else if (call.value(0) instanceof Value.Text text
                && call.value(1) instanceof Value.Text part) {
            found = text.text().contains(part.text());
        } else {
            found = list(call, call.value(0)).contains(call.value(1));
        }
        return new Value.Bool(found);
    }

    static Value append(OperatorCall call) {
        list(call, call.value(0)).add(call.value(1));
        return call.value(0);
    }

    static Value extend(OperatorCall call) {
        list(call, call.value(0)).addAll(List.copyOf(list(call, call.value(1))));
        return Value.None.NONE;
    }

    static Value insert(OperatorCall call) {
        List<Value> list = list(call, call.value(0));
        if (!(call.value(1) instanceof Value.Int at)) {
            throw call.unsupported("has an index that is no number");
        }
        long from = at.whole().value() < 0 ? at.whole().value() + list.size() : at.whole().value();
        list.add((int) Math.max(0, Math.min(from, list.size())), call.value(2));
        return Value.None.NONE;
    }

    static Value pop(OperatorCall call) {
        if (call.value(0) instanceof Value.Dict dict) {
            Value removed = dict.entries().remove(call.value(1));
            if (removed == null) {
                throw call.unsupported("finds no key " + call.value(1));
            }
            return removed;
        }
        List<Value> list = list(call, call.value(0));
        Value at = call.count() > 1 ? call.value(1) : Value.Int.of(-1);
        return list.remove(index(call, at, list.size()));
    }

    static Value clear(OperatorCall call) {
        if (call.value(0) instanceof Value.Dict dict) {
            dict.entries().clear();
        } else {
            list(call, call.value(0)).clear();
        }
        return Value.None.NONE;
    }

    static Value reverse(OperatorCall call) {
        Collections.reverse(list(call, call.value(0)));
        return Value.None.NONE;
    }

    static Value copy(OperatorCall call) {
        if (call.value(0) instanceof Value.Dict dict) {
            return new Value.Dict(new LinkedHashMap<>(dict.entries()));
        }
        if (call.value(0) instanceof Value.Tensor && call.has("src")) {
            return Conversions.copy(call);
        }
        if (call.value(0) instanceof Value.Text text) {
            return listOf(
                    text.text()
                            .codePoints()
                            .mapToObj(c -> new Value.Text(Character.toString(c)))
                            .toList());
        }
        return listOf(list(call, call.value(0)));
    }

    /** {@code dict()}, or a dict of the pairs of a list. */
    static Value dict(OperatorCall call) {
        Map<Value, Value> entries = new LinkedHashMap<>();
        if (call.count() > 0) {
            for (Value pair : list(call, call.value(0))) {
                List<Value> both = list(call, pair);
                entries.put(both.get(0), both.get(1));
            }
        }
        return new Value.Dict(entries);
    }

    static Value keys(OperatorCall call) {
        return listOf(List.copyOf(entries(call).keySet()));
    }

    static Value values(OperatorCall call) {
        return listOf(List.copyOf(entries(call).values()));
    }

    static Value items(OperatorCall call) {
        return listOf(
                entries(call).entrySet().stream()
                        .map(e -> Value.Tuple.of(List.of(e.getKey(), e.getValue())))
                        .toList());
    }

    static Value update(OperatorCall call) {
        if (!(call.value(1) instanceof Value.Dict more)) {
            throw call.unsupported("takes its entries from no dict");
        }
        entries(call).putAll(more.entries());
        return Value.None.NONE;
    }

    static Value get(OperatorCall call) {
        Value otherwise = call.count() > 2 ? call.value(2) : Value.None.NONE;
        return entries(call).getOrDefault(call.value(1), otherwise);
    }

    /** {@code "{} of {}".format(a, b)}. */
    static Value format(OperatorCall call) {
        if (!(call.value(0) instanceof Value.Text pattern)) {
            throw call.unsupported("has a pattern that is no string");
        }
        String[] parts = pattern.text().split("\\{\\}", -1);
        StringBuilder text = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            text.append(text(call.value(i))).append(parts[i]);
            call.checkLength(text.length());
        }
        return new Value.Text(text.toString());
    }

    /** A value as Python prints it. */
    static String text(Value value) {
        if (value instanceof Value.Text text) {
            return text.text();
        }
        if (value instanceof Value.Int whole) {
            return whole.whole().toString();
        }
        if (value instanceof Value.Real real) {
            return Double.toString(real.real());
        }
        if (value instanceof Value.Bool bool) {
            return bool.truth() ? "True" : "False";
        }
        if (value instanceof Value.ListOf list) {
            return list.elements().stream()
                    .map(Containers::text)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return value == Value.None.NONE ? "None" : value.getClass().getSimpleName();
    }
}
