package io.rangefinder.capture.hooks;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers the calls of a point within one forward: {@code relu}, {@code relu@1}, …. Both sides of a
 * branch begin at the same number, since one of them runs; the body of a loop is counted once, so
 * that its iterations share a name.
 */
final class CallCounter {

    private final Map<String, Integer> counts;

    CallCounter() {
        this(Map.of());
    }

    private CallCounter(Map<String, Integer> counts) {
        this.counts = new HashMap<>(counts);
    }

    String next(String base) {
        int n = counts.merge(base, 1, Integer::sum) - 1;
        return n == 0 ? base : base + "@" + n;
    }

    CallCounter copy() {
        return new CallCounter(counts);
    }

    void atLeast(CallCounter other) {
        other.counts.forEach((base, n) -> counts.merge(base, n, Math::max));
    }
}
