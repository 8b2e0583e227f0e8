package io.rangefinder.capture.pytorch;

import ai.djl.ndarray.NDArray;
import io.rangefinder.capture.hooks.HookedProgram;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.PointFilter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** The hooks that an application registered. Safe from any thread. */
final class ForwardHooks {

    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /**
     * A hook and the points that it is for. Compared by identity: one hook may be registered twice.
     */
    static final class Entry {

        private final PointFilter points;
        private final BiConsumer<String, NDArray> hook;

        Entry(PointFilter points, BiConsumer<String, NDArray> hook) {
            this.points = points;
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
        return new PointFilter() {
            @Override
            public boolean test(HookPoint point) {
                return entries.stream().anyMatch(e -> e.points.test(point));
            }

            @Override
            public boolean mayHold(HookPoint container) {
                return entries.stream().anyMatch(e -> e.points.mayHold(container));
            }
        };
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
            if (entry.points.testName(name)) {
                entry.hook.accept(name, output);
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
