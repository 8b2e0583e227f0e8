package io.rangefinder.capture.source;

import java.util.regex.Matcher;
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
     * Whether a point within a list or dict may be wanted: the names of its elements are known only
     * when the model runs.
     *
     * @param container the list or dict
     * @return true to look at its elements; {@link #testName} then chooses among them
     */
    default boolean mayHold(HookPoint container) {
        return test(container);
    }

    /**
     * Whether an element of a container that may hold a wanted point is one.
     *
     * @param name the element's name
     * @return true if it is wanted
     */
    default boolean testName(String name) {
        return true;
    }

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
     * The points whose whole name matches, and the elements of containers whose name does.
     *
     * @param pattern a regular expression
     * @return a filter by name
     */
    static PointFilter matching(Pattern pattern) {
        return new NameFilter(
                name -> pattern.matcher(name).matches(),
                start -> {
                    Matcher matcher = pattern.matcher(start);
                    // What ends within the pattern may go on to match.
                    return matcher.matches() || matcher.hitEnd();
                });
    }

    /**
     * One point, or the elements of one container.
     *
     * @param name its name
     * @return a filter by name
     */
    static PointFilter named(String name) {
        return new NameFilter(name::equals, start -> name.startsWith(start + "["));
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
