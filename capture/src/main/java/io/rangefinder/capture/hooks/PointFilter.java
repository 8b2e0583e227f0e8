package io.rangefinder.capture.hooks;

import java.util.regex.Pattern;

/** Chooses hook points. Safe from any thread if its lambda is. */
@FunctionalInterface
public interface PointFilter {

    /**
     * Whether a point is wanted.
     *
     * @param point the point
     * @return true to observe it
     */
    boolean test(HookPoint point);

    /**
     * Every input, module and operator.
     *
     * @return a filter that accepts all
     */
    static PointFilter all() {
        return point -> true;
    }

    /**
     * Inputs and modules.
     *
     * @return a filter that accepts no operators
     */
    static PointFilter modules() {
        return point -> point.kind() != HookPoint.Kind.OPERATOR;
    }

    /**
     * No point.
     *
     * @return a filter that accepts nothing
     */
    static PointFilter none() {
        return point -> false;
    }

    /**
     * The points whose whole name matches.
     *
     * @param pattern a regular expression
     * @return a filter by name
     */
    static PointFilter matching(Pattern pattern) {
        return point -> pattern.matcher(point.name()).matches();
    }

    /**
     * The points that a text chooses, as the option {@code points} gives it.
     *
     * @param text {@code all}, {@code modules}, or a regular expression for whole names
     * @return the filter
     * @throws java.util.regex.PatternSyntaxException if it is no regular expression
     */
    static PointFilter parse(String text) {
        return switch (text) {
            case "all" -> all();
            case "modules" -> modules();
            default -> matching(Pattern.compile(text));
        };
    }
}
