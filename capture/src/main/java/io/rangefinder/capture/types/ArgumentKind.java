package io.rangefinder.capture.types;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How an argument of {@code forward} is made of arrays, which is all that DJL passes: an array, or
 * several that are named {@code argument.key} for a dict and {@code argument.0}, {@code argument.1}
 * and on for a tuple or a list.
 */
public enum ArgumentKind {
    /** One array. */
    TENSOR,
    /** An array for each key. */
    DICT,
    /** An array for each element. */
    TUPLE,
    /** An array for each element. */
    LIST,
    /**
     * A number, a truth or a text, or a list, tuple or dict of such, which DJL can't pass: it makes
     * a tensor of each array.
     */
    SCALAR;

    /**
     * The kind of an argument.
     *
     * @param type its type, optional or not
     * @return how it is made
     */
    public static ArgumentKind of(Type type) {
        Type given = type instanceof Type.OptionalOf optional ? optional.value() : type;
        if (isScalar(given)) {
            return SCALAR;
        }
        if (given instanceof Type.DictOf) {
            return DICT;
        }
        if (given instanceof Type.TupleOf) {
            return TUPLE;
        }
        return given instanceof Type.ListOf ? LIST : TENSOR;
    }

    private static boolean isScalar(Type type) {
        if (type instanceof Type.ListOf list) {
            return isScalar(list.element());
        }
        if (type instanceof Type.DictOf dict) {
            return isScalar(dict.value());
        }
        if (type instanceof Type.TupleOf tuple) {
            return !tuple.elements().isEmpty()
                    && tuple.elements().stream().allMatch(ArgumentKind::isScalar);
        }
        return type == Type.Basic.INT
                || type == Type.Basic.FLOAT
                || type == Type.Basic.NUMBER
                || type == Type.Basic.BOOL
                || type == Type.Basic.STRING;
    }

    /**
     * Whether it is made of several arrays.
     *
     * @return true for dicts, tuples and lists
     */
    public boolean isNested() {
        return this == DICT || this == TUPLE || this == LIST;
    }

    /**
     * What arrays it is made of.
     *
     * @param argument the argument's name
     * @return their names, for people
     */
    public String arrays(String argument) {
        return switch (this) {
            case DICT -> argument + ".KEY for each key";
            case TUPLE, LIST -> argument + ".0, " + argument + ".1, …";
            default -> argument;
        };
    }

    /** A type as Python writes it. */
    private static String written(Type type) {
        if (type instanceof Type.ListOf list) {
            return "List[" + written(list.element()) + "]";
        }
        if (type instanceof Type.DictOf dict) {
            return "Dict[" + written(dict.key()) + ", " + written(dict.value()) + "]";
        }
        if (type instanceof Type.TupleOf tuple) {
            return tuple.elements().stream()
                    .map(ArgumentKind::written)
                    .collect(Collectors.joining(", ", "Tuple[", "]"));
        }
        return type == Type.Basic.STRING ? "str" : type.toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Why a {@link #SCALAR} can't be given and what to do, to stand behind the name of what takes
     * it.
     *
     * @param argument the argument's name
     * @param type its type, optional or not
     * @return a part of a sentence
     */
    public static String notPassed(String argument, Type type) {
        Type given = type instanceof Type.OptionalOf optional ? optional.value() : type;
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
