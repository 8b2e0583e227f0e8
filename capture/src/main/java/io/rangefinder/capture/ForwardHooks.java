package io.rangefinder.capture;

import ai.djl.ndarray.NDArray;
import io.rangefinder.capture.hooks.HookedProgram;
import io.rangefinder.capture.hooks.PointFilter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The hooks that an application registered. Safe from any thread. */
final class ForwardHooks {

    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /**
     * A hook and the names that it is for. Compared by identity: one hook may be registered twice.
     */
    static final class Entry {

        private final Predicate<String> names;
        private final ForwardHook hook;

        Entry(Predicate<String> names, ForwardHook hook) {
            this.names = names;
            this.hook = hook;
        }
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    boolean remove(Entry entry) {
        return entries.remove(entry);
    }

    PointFilter filter() {
        return point -> entries.stream().anyMatch(e -> e.names.test(point.name()));
    }

    /** Hands the whole tensors among these outputs to the hooks that want them. */
    void call(List<NDArray> outputs) {
        if (entries.isEmpty()) {
            return;
        }
        outputs.stream()
                .filter(o -> o.getName().startsWith(HookedProgram.TENSOR_KEY))
                .sorted(Comparator.comparingLong(o -> number(o.getName())))
                .forEach(this::call);
    }

    private void call(NDArray output) {
        String key = output.getName();
        String name = key.substring(key.indexOf(':', HookedProgram.TENSOR_KEY.length()) + 1);
        output.setName(name);
        for (Entry entry : entries) {
            if (entry.names.test(name)) {
                entry.hook.forward(name, output);
            }
        }
        // The caller tells our arrays by their names.
        output.setName(key);
    }

    private static long number(String key) {
        int start = HookedProgram.TENSOR_KEY.length();
        return Long.parseLong(key, start, key.indexOf(':', start), 10);
    }
}
