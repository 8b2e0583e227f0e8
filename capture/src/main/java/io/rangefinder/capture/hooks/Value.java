package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.ScriptObject;
import io.rangefinder.capture.types.Type;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a value before the program runs.
 *
 * @param type its type
 * @param object the module, if it is one and which is known
 * @param path the module's path, if it is one
 * @param function the qualified name, if it is a function or a class
 * @param truth its truth, if it is a condition whose outcome is known
 * @param seen where its statistics are, if it is a tensor that was observed
 * @param elements its elements, if it is a tuple or a list of which they are known
 */
record Value(
        Type type,
        Optional<ScriptObject> object,
        String path,
        Optional<String> function,
        Optional<Boolean> truth,
        Optional<Seen> seen,
        List<Value> elements) {

    static final Value UNKNOWN = of(Type.Basic.UNKNOWN);

    /**
     * Where a tensor's statistics are.
     *
     * @param row the row of the table
     * @param clamp what happened to the tensor since it was observed
     * @param block the block of code that it was observed in; elsewhere it may have been executed
     *     another number of times
     * @param epoch how many in-place operations had run; after one more its numbers may differ
     * @param operator the reading that named it as an operator's result, if that is all it is
     */
    record Seen(
            int row, Clamp clamp, int block, int epoch, Optional<HookedProgram.Reading> operator) {}

    static Value of(Type type) {
        return new Value(
                type,
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    static Value truth(boolean truth) {
        Value value = of(Type.Basic.BOOL);
        return new Value(
                value.type,
                value.object,
                value.path,
                value.function,
                Optional.of(truth),
                value.seen,
                value.elements);
    }

    static Value module(Type type, Optional<ScriptObject> object, String path) {
        return new Value(
                type,
                object,
                path,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    static Value function(String qualifiedName) {
        return new Value(
                Type.Basic.OTHER,
                Optional.empty(),
                "",
                Optional.of(qualifiedName),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    Value withType(Type newType) {
        return new Value(newType, object, path, function, truth, seen, elements);
    }

    Value withSeen(Optional<Seen> newSeen) {
        return new Value(type, object, path, function, truth, newSeen, elements);
    }

    Value withElements(List<Value> newElements) {
        return new Value(type, object, path, function, truth, seen, newElements);
    }

    /** What is known wherever this or the other value may have come. */
    Value join(Value other) {
        if (equals(other)) {
            return this;
        }
        boolean same = object.equals(other.object) && path.equals(other.path);
        return new Value(
                type == Type.Basic.UNKNOWN || type == Type.Basic.NONE ? other.type : type,
                same ? object : Optional.empty(),
                same ? path : "",
                function.equals(other.function) ? function : Optional.empty(),
                truth.equals(other.truth) ? truth : Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
