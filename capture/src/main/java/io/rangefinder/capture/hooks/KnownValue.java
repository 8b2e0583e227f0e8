package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.ScriptObject;
import io.rangefinder.capture.observers.Clamp;
import io.rangefinder.capture.types.Type;
import java.util.List;
import java.util.Optional;

/** What is known of a value before the program runs. Immutable. */
sealed interface KnownValue {

    KnownValue UNKNOWN = of(Type.Basic.UNKNOWN);

    /** Its type. */
    Type type();

    /** The same value, declared to be of another type. */
    KnownValue withType(Type newType);

    /**
     * A value of which nothing but its type is known.
     *
     * @param type its type
     */
    record Typed(Type type) implements KnownValue {

        @Override
        public Typed withType(Type newType) {
            return new Typed(newType);
        }
    }

    /**
     * A module, or another object that the archive holds.
     *
     * @param type its class
     * @param held the object
     * @param path the module's path, empty if it is none
     */
    record Instance(Type type, ScriptObject held, String path) implements KnownValue {

        @Override
        public Optional<ScriptObject> object() {
            return Optional.of(held);
        }

        @Override
        public Instance withType(Type newType) {
            return new Instance(newType, held, path);
        }
    }

    /**
     * A function or a class.
     *
     * @param type its type
     * @param qualifiedName its qualified name
     */
    record Function(Type type, String qualifiedName) implements KnownValue {

        @Override
        public Optional<String> function() {
            return Optional.of(qualifiedName);
        }

        @Override
        public Function withType(Type newType) {
            return new Function(newType, qualifiedName);
        }
    }

    /**
     * A condition whose outcome is known.
     *
     * @param type its type
     * @param holds its outcome
     */
    record Condition(Type type, boolean holds) implements KnownValue {

        @Override
        public Optional<Boolean> truth() {
            return Optional.of(holds);
        }

        @Override
        public Condition withType(Type newType) {
            return new Condition(newType, holds);
        }
    }

    /**
     * A tuple or a list whose elements are known.
     *
     * @param type its type
     * @param elements its elements, one at least
     */
    record Container(Type type, List<KnownValue> elements) implements KnownValue {

        @Override
        public Container withType(Type newType) {
            return new Container(newType, elements);
        }
    }

    /**
     * A value that was observed.
     *
     * @param value what else is known of it
     * @param place where its statistics are
     */
    record Observed(KnownValue value, Seen place) implements KnownValue {

        @Override
        public Type type() {
            return value.type();
        }

        @Override
        public Optional<ScriptObject> object() {
            return value.object();
        }

        @Override
        public String path() {
            return value.path();
        }

        @Override
        public Optional<String> function() {
            return value.function();
        }

        @Override
        public Optional<Boolean> truth() {
            return value.truth();
        }

        @Override
        public List<KnownValue> elements() {
            return value.elements();
        }

        @Override
        public Optional<Seen> seen() {
            return Optional.of(place);
        }

        @Override
        public KnownValue unobserved() {
            return value;
        }

        @Override
        public Observed withType(Type newType) {
            return new Observed(value.withType(newType), place);
        }

        @Override
        public Observed withElements(List<KnownValue> elements) {
            return new Observed(value.withElements(elements), place);
        }
    }

    /**
     * Where a tensor's statistics are.
     *
     * @param row the row of the table
     * @param clamp what happened to the tensor since it was observed
     * @param block the block of code that it was observed in; elsewhere it may have been executed
     *     another number of times
     * @param epoch how many in-place operations had run; after one more its numbers may differ
     * @param point the last point that it was
     * @param operator the reading that named it as an operator's result, if that is all it is
     */
    record Seen(
            int row,
            Clamp clamp,
            int block,
            int epoch,
            String point,
            Optional<HookedProgram.Reading> operator) {}

    static KnownValue of(Type type) {
        return new Typed(type);
    }

    static KnownValue truth(boolean truth) {
        return new Condition(Type.Basic.BOOL, truth);
    }

    static KnownValue function(String qualifiedName) {
        return new Function(Type.Basic.OTHER, qualifiedName);
    }

    /** The module or object, if it is one and which is known. */
    default Optional<ScriptObject> object() {
        return Optional.empty();
    }

    /** The module's path, empty if it is none. */
    default String path() {
        return "";
    }

    /** The qualified name, if it is a function or a class. */
    default Optional<String> function() {
        return Optional.empty();
    }

    /** Its truth, if it is a condition whose outcome is known. */
    default Optional<Boolean> truth() {
        return Optional.empty();
    }

    /** Its elements, if it is a tuple or a list of which they are known. */
    default List<KnownValue> elements() {
        return List.of();
    }

    /** Where its statistics are, if it is a tensor that was observed. */
    default Optional<Seen> seen() {
        return Optional.empty();
    }

    default KnownValue unobserved() {
        return this;
    }

    default KnownValue observed(Seen place) {
        return new Observed(unobserved(), place);
    }

    default KnownValue withElements(List<KnownValue> elements) {
        return elements.isEmpty() ? of(type()) : new Container(type(), elements);
    }

    /** What is known wherever this or the other value may have come. */
    default KnownValue join(KnownValue other) {
        if (equals(other)) {
            return this;
        }
        Type joined =
                type() == Type.Basic.UNKNOWN || type() == Type.Basic.NONE ? other.type() : type();
        boolean same =
                isSame(object(), other.object()) && path().equals(other.path())
                        || isSame(function(), other.function())
                        || isSame(truth(), other.truth());
        return same ? unobserved().withType(joined) : of(joined);
    }

    private static boolean isSame(Optional<?> known, Optional<?> other) {
        return known.isPresent() && known.equals(other);
    }
}
