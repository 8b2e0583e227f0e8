package io.rangefinder.engine.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Gives names that nothing has yet. Not safe for use from several threads. */
public final class UnusedNames {

    private final Set<String> taken;
    private final Map<String, Integer> numbers = new HashMap<>();

    /**
     * Starts from names that are taken.
     *
     * @param taken the names, to which those that are given are added
     */
    public UnusedNames(Set<String> taken) {
        this.taken = taken;
    }

    /**
     * A name that is not taken, which then is.
     *
     * @param wish the name to start from
     * @return {@code wish}, or {@code wish} with a number
     */
    public String like(String wish) {
        String name = wish;
        while (!taken.add(name)) {
            // Thousands may share a wish: each goes on where the last one ended.
            name = wish + "_" + numbers.merge(wish, 1, Integer::sum);
        }
        return name;
    }
}
