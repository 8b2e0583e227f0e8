package io.rangefinder.mutation;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** How the steps of a target ended. Filled by one thread. */
final class Outcomes {

    private final Map<String, Long> ends = new TreeMap<>();
    private final Map<String, String> faults = new TreeMap<>();
    private long worstMillis;
    private long worstBytes;
    private long slowestStep;
    private long largestStep;

    void end(long step, long millis, long bytes, String end) {
        ends.merge(end.split("\t")[0], 1L, Long::sum);
        if (millis > worstMillis) {
            worstMillis = millis;
            slowestStep = step;
        }
        if (bytes > worstBytes) {
            worstBytes = bytes;
            largestStep = step;
        }
    }

    /** A fault by its kind and place, which is told once. */
    boolean fault(String kind, long step, String said, Path kept) {
        return faults.putIfAbsent(kind, "step " + step + ", " + kept + ": " + said) == null;
    }

    Map<String, String> faults() {
        return faults;
    }

    boolean hasBothEnds() {
        return ends.containsKey("answer")
                && ends.keySet().stream().anyMatch(e -> e.startsWith("sentence"));
    }

    @Override
    public String toString() {
        return String.format(
                "%s; at most %d ms of CPU (step %d) and %d MB (step %d)",
                ends, worstMillis, slowestStep, worstBytes >> 20, largestStep);
    }
}
