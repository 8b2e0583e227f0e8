package io.rangefinder.capture.statistics;

import io.rangefinder.capture.ranges.Provenance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What was seen in each tensor of a model, and on what.
 *
 * <p>Keeps the order in which tensors were given: execution order when captured. Immutable, hence
 * safe from any thread.
 */
public final class ModelStatistics {

    private final Map<String, TensorStatistics> tensors;
    private final Provenance provenance;

    private ModelStatistics(Builder builder) {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(builder.tensors));
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
     * other has, which {@link #equals} passes over. {@link Provenance#merge} says what becomes of
     * the rest.
     *
     * @param other the statistics of the same model on other inputs
     * @return both together
     * @throws DifferentModelsException if both know their model's digest and they differ
     * @throws DifferentCallsException if they were captured through different methods, or inputs
     *     that are named otherwise
     * @throws ArithmeticException if a count is beyond 2^63 - 1
     */
    public ModelStatistics merge(ModelStatistics other) {
        Builder both = builder().optProvenance(merge(provenance, other.provenance));
        tensors.forEach(both::add);
        other.tensors.forEach(both::add);
        return both.build();
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

    /** Equal if tensors and provenance are, whatever the order of the tensors. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ModelStatistics that
                && tensors.equals(that.tensors)
                && provenance.equals(that.provenance);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tensors, provenance);
    }

    @Override
    public String toString() {
        return "ModelStatistics[" + tensors.size() + " tensors, " + provenance + "]";
    }

    /** Gathers statistics. Not safe for use from several threads. */
    public static final class Builder {

        private final Map<String, TensorStatistics> tensors = new LinkedHashMap<>();
        private Provenance provenance = Provenance.UNKNOWN;

        private Builder() {}

        /**
         * Adds what was seen in a tensor to what the builder has of it.
         *
         * @param tensor the tensor's name
         * @param statistics what was seen
         * @return this builder
         * @throws ArithmeticException if a count is beyond 2^63 - 1
         */
        public Builder add(String tensor, TensorStatistics statistics) {
            tensors.merge(
                    Objects.requireNonNull(tensor, "tensor"),
                    Objects.requireNonNull(statistics, "statistics"),
                    TensorStatistics::merge);
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
