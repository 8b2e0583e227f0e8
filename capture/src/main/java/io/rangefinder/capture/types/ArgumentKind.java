package io.rangefinder.capture.types;

import java.util.Locale;

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
    /** A number, a truth or a text, which DJL can't pass: it makes a tensor of each array. */
    SCALAR;

    /**
     * The kind of an argument.
     *
     * @param type its type, optional or not
     * @return how it is made
     */
    public static ArgumentKind of(Type type) {
        Type given = type instanceof Type.OptionalOf optional ? optional.value() : type;
        if (given instanceof Type.DictOf) {
            return DICT;
        }
        if (given instanceof Type.TupleOf) {
            return TUPLE;
        }
        if (given instanceof Type.ListOf) {
            return LIST;
        }
        boolean scalar =
                given == Type.Basic.INT
                        || given == Type.Basic.FLOAT
                        || given == Type.Basic.BOOL
                        || given == Type.Basic.STRING;
        return scalar ? SCALAR : TENSOR;
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
                + given.toString().toLowerCase(Locale.ROOT)
                + ", but DJL passes tensors only; wrap the model in a module whose forward takes"
                + " tensors and calls it with a fixed "
                + argument
                + ", script that, and save it";
    }
}
