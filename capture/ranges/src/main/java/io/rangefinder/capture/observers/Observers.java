package io.rangefinder.capture.observers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The observers that look at a model. Immutable.
 *
 * @param all the observers; the first is {@link MinMaxObserver}, which tells whether anything was
 *     seen at all
 */
public record Observers(List<Observer> all) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /** Those that run in every capture, whatever else is asked for. */
    public static final Observers STANDARD = new Observers(List.of(new MinMaxObserver()));

    /**
     * Copies the observers.
     *
     * @param all the observers
     * @throws IllegalArgumentException if the first is another than {@link MinMaxObserver}, one has
     *     no columns or a name that can't be that of a function or is that of a column of the
     *     first, or two share a name
     */
    public Observers {
        all = List.copyOf(all);
        if (all.isEmpty() || !(all.get(0) instanceof MinMaxObserver)) {
            throw new IllegalArgumentException("minmax must be the first observer: " + all);
        }
        Set<String> names = new HashSet<>();
        for (Observer observer : all) {
            List<String> columns = observer.columns().stream().map(Column::name).toList();
            boolean distinct = new HashSet<>(columns).size() == columns.size();
            boolean clash =
                    observer != all.get(0)
                            && all.get(0).columns().stream()
                                    .anyMatch(c -> c.name().equals(observer.name()));
            if (columns.isEmpty()
                    || !distinct
                    || clash
                    || !NAME.matcher(observer.name()).matches()) {
                throw new IllegalArgumentException(
                        observer.getClass().getName()
                                + " must have a name of lower-case letters, digits and underscores"
                                + " that no column of minmax has, and columns with names of their"
                                + " own, but has "
                                + observer.name()
                                + " and "
                                + columns);
            }
            if (!names.add(observer.name())) {
                throw new IllegalArgumentException(
                        "two observers are named " + observer.name() + "; rename one");
            }
        }
    }

    /**
     * The standard ones and others.
     *
     * @param others the others, some of which may be standard
     * @return all of them, each once
     */
    public static Observers with(List<? extends Observer> others) {
        List<Observer> all = new ArrayList<>(STANDARD.all);
        for (Observer other : others) {
            if (all.stream().noneMatch(o -> o.name().equals(other.name()))) {
                all.add(other);
            }
        }
        return new Observers(all);
    }

    /**
     * The standard ones and others by name.
     *
     * @param names names with commas between, maybe none
     * @param others gives those there are besides, if any is asked for
     * @return all of them, each once
     * @throws IllegalArgumentException if there is none of a name; the message lists those there
     *     are
     */
    public static Observers named(String names, Supplier<List<Observer>> others) {
        List<String> asked =
                Arrays.stream(names.split(","))
                        .map(String::strip)
                        .filter(n -> !n.isEmpty())
                        .toList();
        if (asked.isEmpty()) {
            // A broken jar of an application is in the way only of who asks for its observers.
            return STANDARD;
        }
        Map<String, Observer> known = new TreeMap<>();
        others.get().forEach(o -> known.put(o.name(), o));
        STANDARD.all.forEach(o -> known.put(o.name(), o));
        List<Observer> chosen = new ArrayList<>();
        for (String name : asked) {
            if (!known.containsKey(name)) {
                throw new IllegalArgumentException(
                        "there is no observer "
                                + name
                                + "; there are "
                                + String.join(", ", known.keySet()));
            }
            chosen.add(known.get(name));
        }
        return with(chosen);
    }

    /**
     * Those that keep a few numbers of every tensor.
     *
     * @return the row observers, in order
     */
    public List<RowObserver> rows() {
        return all.stream()
                .filter(RowObserver.class::isInstance)
                .map(RowObserver.class::cast)
                .toList();
    }

    /**
     * Those that keep many numbers of some tensors.
     *
     * @return the tensor observers, in order
     */
    public List<TensorObserver> tensors() {
        return all.stream()
                .filter(TensorObserver.class::isInstance)
                .map(TensorObserver.class::cast)
                .toList();
    }

    /**
     * Their names.
     *
     * @return the names, in order
     */
    public List<String> names() {
        return all.stream().map(Observer::name).toList();
    }
}
