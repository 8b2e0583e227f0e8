package io.rangefinder.capture.source;

/**
 * A tensor of the model that can be observed.
 *
 * @param name its name: a module's path ({@code layer1.0.conv1}) with {@code @n} for its n-th
 *     further call in one forward; {@code path/op} for an operator; an argument's name for an
 *     input; {@code <root>} for the model's output; elements of tuples, lists and dicts add {@code
 *     [0]} or {@code [key]}
 * @param kind what produces it
 */
public record HookPoint(String name, Kind kind) {

    /** The name of the model's own output: the path of the outermost module is empty. */
    public static final String ROOT = "<root>";

    /** What produces a tensor. */
    public enum Kind {
        /** The caller. */
        INPUT,
        /** A module's {@code forward}. */
        MODULE,
        /** An operator within a module. */
        OPERATOR
    }
}
