package io.rangefinder.engine.export.interpret;

import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What can't be exported, and how often. */
final class Problems {

    private final Map<Problem, Integer> counts = new LinkedHashMap<>();
    private boolean exhausted;

    void add(Frame frame, String what) {
        counts.merge(new Problem(what, frame.path, frame.place()), 1, Integer::sum);
    }

    /** Adds a problem whose result nothing is known of. */
    Value unknown(Frame frame, String what) {
        add(frame, what);
        return Value.Unknown.UNKNOWN;
    }

    /** Adds a problem behind which nothing can be followed. */
    StoppedException stop(Frame frame, String what) {
        add(frame, what);
        return new StoppedException();
    }

    /** Adds that a limit of work or memory is reached. */
    StoppedException exhaust(Frame frame, LimitException e) {
        exhausted = true;
        return stop(frame, "what " + e.getMessage());
    }

    /** Whether a limit was reached, which another attempt would reach, too. */
    boolean exhausted() {
        return exhausted;
    }

    Map<Problem, Integer> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
