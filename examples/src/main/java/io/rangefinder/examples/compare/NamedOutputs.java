package io.rangefinder.examples.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pairs the outputs of two models: by their names where both have them, else by their order. */
final class NamedOutputs {

    private NamedOutputs() {}

    /**
     * Two outputs that are one.
     *
     * @param name its name
     * @param expected what the float model gives
     * @param actual what the INT8 model gives
     */
    record Pair(String name, NDArray expected, NDArray actual) {}

    /**
     * Pairs outputs.
     *
     * @throws IllegalArgumentException if they are not the same outputs, of the same shapes
     */
    static List<Pair> pair(NDList expected, NDList actual) {
        Map<String, NDArray> byName = new HashMap<>();
        actual.stream().filter(a -> a.getName() != null).forEach(a -> byName.put(a.getName(), a));
        boolean named =
                byName.size() == actual.size()
                        && expected.size() == actual.size()
                        && expected.stream().allMatch(e -> byName.containsKey(e.getName()));
        if (expected.size() != actual.size()) {
            throw new IllegalArgumentException(
                    "the float model gives "
                            + expected.size()
                            + " outputs, the INT8 model "
                            + actual.size());
        }
        Map<String, Pair> pairs = new LinkedHashMap<>();
        for (int i = 0; i < expected.size(); i++) {
            NDArray e = expected.get(i);
            NDArray a = named ? byName.get(e.getName()) : actual.get(i);
            String own = e.getName() == null ? a.getName() : e.getName();
            String name = own == null || own.isEmpty() ? Integer.toString(i) : own;
            if (!e.getShape().equals(a.getShape())) {
                throw new IllegalArgumentException(
                        "output "
                                + name
                                + " is of shape "
                                + Arrays.toString(e.getShape().getShape())
                                + " in float and "
                                + Arrays.toString(a.getShape().getShape())
                                + " in INT8");
            }
            pairs.put(pairs.containsKey(name) ? name + "@" + i : name, new Pair(name, e, a));
        }
        List<Pair> all = new ArrayList<>();
        pairs.forEach((name, pair) -> all.add(new Pair(name, pair.expected(), pair.actual())));
        return all;
    }
}
