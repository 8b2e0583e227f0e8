package io.rangefinder.engine.inspect;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What TensorRT's layers are made of. A fused layer is called by its parts with " + " between; a
 * part's own name may hold " + ", " with " or " into " as well, so that only names that were seen
 * before tell where a message must be cut. Not safe for use from several threads.
 */
final class LayerNames {

    private final Map<String, Set<String>> parts = new HashMap<>();

    void add(String layer) {
        parts.putIfAbsent(layer, Set.of(layer));
    }

    /** Records that two layers became one, and gives its name. */
    String fuse(String first, String second) {
        Set<String> all = new LinkedHashSet<>(partsOf(first));
        all.addAll(partsOf(second));
        String fused = first + " + " + second;
        parts.put(fused, all);
        return fused;
    }

    /** Records another name of a layer. */
    void rename(String layer, String name) {
        parts.put(name, partsOf(layer));
    }

    /** The layers of the network that a layer is made of, in the order in which they were fused. */
    Set<String> partsOf(String layer) {
        Set<String> known = parts.get(layer);
        return known != null ? known : Set.of(layer);
    }

    /** Cuts {@code FIRST separator SECOND} where most of both sides is known. */
    List<String> cut(String text, String separator) {
        List<String> best = List.of(text);
        int bestKnown = -1;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) {
            List<String> sides =
                    List.of(text.substring(0, at), text.substring(at + separator.length()));
            int known = (int) sides.stream().filter(parts::containsKey).count();
            if (known > bestKnown) {
                best = sides;
                bestKnown = known;
            }
        }
        return best;
    }
}
