package io.rangefinder.capture.source;

/**
 * How an argument of a model is made of arrays, which is all that DJL passes: an array, or several
 * that are named {@code argument.key} for a dict and {@code argument.0}, {@code argument.1} and on
 * for a tuple or a list.
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
}
