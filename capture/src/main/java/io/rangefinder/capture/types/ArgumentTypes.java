package io.rangefinder.capture.types;

import io.rangefinder.capture.source.ArgumentKind;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an argument of {@code forward} is made of arrays, by its type. Stateless. */
public final class ArgumentTypes {

    private ArgumentTypes() {}

    /**
     * The kind of an argument.
     *
     * @param type its type, optional or not
     * @return how it is made
     */
    public static ArgumentKind kind(Type type) {
        Type given = type instanceof Type.OptionalType optional ? optional.value() : type;
        if (isScalar(given)) {
            return ArgumentKind.SCALAR;
        }
        if (given instanceof Type.DictType) {
            return ArgumentKind.DICT;
        }
        if (given instanceof Type.TupleType) {
            return ArgumentKind.TUPLE;
        }
        return given instanceof Type.ListType ? ArgumentKind.LIST : ArgumentKind.TENSOR;
    }

    private static boolean isScalar(Type type) {
        if (type instanceof Type.ListType list) {
            return isScalar(list.element());
        }
        if (type instanceof Type.DictType dict) {
            return isScalar(dict.value());
        }
        if (type instanceof Type.TupleType tuple) {
            return !tuple.elements().isEmpty()
                    && tuple.elements().stream().allMatch(ArgumentTypes::isScalar);
        }
        return type == Type.Basic.INT
                || type == Type.Basic.FLOAT
                || type == Type.Basic.NUMBER
                || type == Type.Basic.BOOL
                || type == Type.Basic.STRING;
    }

    /** A type as Python writes it. */
    private static String written(Type type) {
        if (type instanceof Type.ListType list) {
            return "List[" + written(list.element()) + "]";
        }
        if (type instanceof Type.DictType dict) {
            return "Dict[" + written(dict.key()) + ", " + written(dict.value()) + "]";
        }
        if (type instanceof Type.TupleType tuple) {
            return tuple.elements().stream()
                    .map(ArgumentTypes::written)
                    .collect(Collectors.joining(", ", "Tuple[", "]"));
        }
        return type == Type.Basic.STRING ? "str" : type.toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Why an argument of kind {@link ArgumentKind#SCALAR} can't be given and what to do, to stand
     * behind the name of what takes it.
     *
     * @param argument the argument's name
     * @param type its type, optional or not
     * @return a part of a sentence
     */
    public static String notPassed(String argument, Type type) {
        Type given = type instanceof Type.OptionalType optional ? optional.value() : type;
        return " takes "
                + argument
                + ", which is of type "
                + written(given)
                + ", but DJL passes tensors only; give it a value, --argument "
                + argument
                + "=VALUE on the command line and the option arguments in Java, or wrap the model"
                + " in a module that calls it with a fixed "
                + argument
                + ", script that, and save it";
    }
}
