package io.rangefinder.capture.source;

import java.util.function.Predicate;

/**
 * Chooses points by their names.
 *
 * @param names accepts a whole name
 * @param starts accepts what a name may begin with
 */
record NameFilter(Predicate<String> names, Predicate<String> starts) implements PointFilter {

    @Override
    public boolean test(HookPoint point) {
        return testName(point.name());
    }

    @Override
    public boolean mayHold(HookPoint container) {
        return test(container) || starts.test(container.name());
    }

    /** The elements of a container that is wanted are wanted. */
    @Override
    public boolean testName(String name) {
        if (names.test(name)) {
            return true;
        }
        int bracket = name.indexOf('[');
        while (bracket >= 0) {
            if (names.test(name.substring(0, bracket))) {
                return true;
            }
            bracket = name.indexOf('[', bracket + 1);
        }
        return false;
    }
}
