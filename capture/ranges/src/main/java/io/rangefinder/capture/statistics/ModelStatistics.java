package io.rangefinder.capture.statistics;

import io.rangefinder.capture.observers.Column;
import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.ranges.Provenance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was seen in each tensor of a model, and on what.
 *
 * <p>Keeps the order in which tensors were given: execution order when captured. Immutable, hence
 * safe from any thread.
 */
public final class ModelStatistics {

    private final Map<String, TensorStatistics> tensors;
    private final SortedMap<String, List<Column>> observers;
    private final Provenance provenance;

    private ModelStatistics(Builder builder) {
        observers = Collections.unmodifiableSortedMap(new TreeMap<>(builder.observers));
        Map<String, TensorStatistics> seen = new LinkedHashMap<>(builder.tensors);
        seen.replaceAll((tensor, statistics) -> statistics.seenByOnly(observers.keySet()));
        tensors = Collections.unmodifiableMap(seen);
        provenance = builder.provenance;
    }

    /**
     * Starts with nothing seen.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * What was seen in a tensor.
     *
     * @param tensor the tensor's name
     * @return its statistics, or empty if it was not observed
     */
    public Optional<TensorStatistics> get(String tensor) {
        return Optional.ofNullable(tensors.get(tensor));
    }

    /**
     * All tensors.
     *
     * @return an unmodifiable map from tensor name to statistics, in the order given
     */
    public Map<String, TensorStatistics> asMap() {
        return tensors;
    }

    /**
     * Who looked at the model.
     *
     * @return the columns of each observer, by its name
     */
    public SortedMap<String, List<Column>> observers() {
        return observers;
    }

    /**
     * The model, its inputs, and how many of them were seen.
     *
     * @return the provenance, {@link Provenance#UNKNOWN} if nothing is known
     */
    public Provenance provenance() {
        return provenance;
    }

    /**
     * What this and another have seen together: equal whichever is merged into the other, and in
     * whatever order several are. Tensors are in this one's order, then come those that only the
     * other has, which {@link #equals} passes over. What an observer saw is kept if it looked at
     * both. {@link Provenance#merge} says what becomes of the rest.
     *
     * @param other the statistics of the same model on other inputs
     * @return both together
     * @throws DifferentModelsException if both know their model's digest and they differ
     * @throws DifferentCallsException if they were captured through different methods, or inputs
     *     that are named otherwise
     * @throws DifferentObserversException if observers of one name have other columns, or another
     *     number of them for a tensor
     * @throws ArithmeticException if a count is beyond 2^63 - 1
     */
    public ModelStatistics merge(ModelStatistics other) {
        Builder both = builder().optProvenance(merge(provenance, other.provenance));
        both.observers = observersOfBoth(other);
        tensors.forEach(both::add);
        other.tensors.forEach(both::add);
        return both.build();
    }

    /** Those that looked at all there is. */
    private SortedMap<String, List<Column>> observersOfBoth(ModelStatistics other) {
        SortedMap<String, List<Column>> both = new TreeMap<>(observers);
        other.observers.forEach(
                (name, columns) -> {
                    if (!both.getOrDefault(name, columns).equals(columns)) {
                        throw new DifferentObserversException(name, both.get(name), columns);
                    }
                    both.put(name, columns);
                });
        if (!tensors.isEmpty()) {
            both.keySet().retainAll(observers.keySet());
        }
        if (!other.tensors.isEmpty()) {
            both.keySet().retainAll(other.observers.keySet());
        }
        return both;
    }

    private static Provenance merge(Provenance one, Provenance other) {
        if (one.modelDigest().isPresent()
                && other.modelDigest().isPresent()
                && !one.modelDigest().equals(other.modelDigest())) {
            throw new DifferentModelsException(one.modelDigest().get(), other.modelDigest().get());
        }
        if (one.isOfOtherCalls(other)) {
            throw new DifferentCallsException(one, other);
        }
        return one.merge(other);
    }

    /** Equal if tensors, observers and provenance are, whatever the order of the tensors. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ModelStatistics that
                && tensors.equals(that.tensors)
                && observers.equals(that.observers)
                && provenance.equals(that.provenance);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tensors, observers, provenance);
    }

    @Override
    public String toString() {
        return "ModelStatistics[" + tensors.size() + " tensors, " + provenance + "]";
    }

    /** Gathers statistics. Not safe for use from several threads. */
    public static final class Builder {

        private final Map<String, TensorStatistics> tensors = new LinkedHashMap<>();
        private SortedMap<String, List<Column>> observers = new TreeMap<>();
        private Provenance provenance = Provenance.UNKNOWN;

        private Builder() {
            optObservers(Observers.STANDARD);
        }

        /**
         * Adds what was seen in a tensor to what the builder has of it.
         *
         * @param tensor the tensor's name
         * @param statistics what was seen
         * @return this builder
         * @throws DifferentObserversException if an observer has another number of columns for what
         *     the builder has
         * @throws ArithmeticException if a count is beyond 2^63 - 1
         */
        public Builder add(String tensor, TensorStatistics statistics) {
            Objects.requireNonNull(tensor, "tensor");
            try {
                tensors.merge(
                        tensor,
                        Objects.requireNonNull(statistics, "statistics"),
                        TensorStatistics::merge);
            } catch (IllegalArgumentException e) {
                throw new DifferentObserversException(tensor, e);
            }
            return this;
        }

        /**
         * Sets who looked at the model, the standard observers unless it is called. What others saw
         * of a tensor is left out.
         *
         * @param value the observers
         * @return this builder
         */
        public Builder optObservers(Observers value) {
            observers = new TreeMap<>();
            for (Observer observer : value.all()) {
                observers.put(observer.name(), List.copyOf(observer.columns()));
            }
            return this;
        }

        /** Adds an observer by its columns. */
        Builder addObserver(String name, List<Column> columns) {
            observers.put(name, List.copyOf(columns));
            return this;
        }

        /**
         * Sets what the statistics were gathered on.
         *
         * @param value the provenance
         * @return this builder
         */
        public Builder optProvenance(Provenance value) {
            provenance = Objects.requireNonNull(value, "provenance");
            return this;
        }

        /**
         * Ends the gathering.
         *
         * @return the immutable statistics
         */
        public ModelStatistics build() {
            return new ModelStatistics(this);
        }
    }
}
