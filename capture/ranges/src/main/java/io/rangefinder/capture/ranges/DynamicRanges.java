package io.rangefinder.capture.ranges;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The symmetric dynamic ranges of a model's tensors, and where they came from.
 *
 * <p>Keeps the order in which tensors were given: execution order when captured. Immutable, hence
 * safe from any thread.
 */
public final class DynamicRanges {

    private final Map<String, Optional<DynamicRange>> tensors;
    private final Map<String, DynamicRange> ranges;
    private final Set<String> withoutRange;
    private final Provenance provenance;

    private DynamicRanges(Builder builder) {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(builder.tensors));
        Map<String, DynamicRange> known = new LinkedHashMap<>();
        Set<String> unknown = new LinkedHashSet<>();
        tensors.forEach(
                (tensor, range) ->
                        range.ifPresentOrElse(
                                r -> known.put(tensor, r), () -> unknown.add(tensor)));
        ranges = Collections.unmodifiableMap(known);
        withoutRange = Collections.unmodifiableSet(unknown);
        provenance = builder.provenance;
    }

    /**
     * Starts an empty set of ranges.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The range of a tensor.
     *
     * @param tensor the tensor's name
     * @return its range, or empty if it has none
     */
    public Optional<DynamicRange> get(String tensor) {
        return Optional.ofNullable(ranges.get(tensor));
    }

    /**
     * Every tensor that was observed, with its range if it has one.
     *
     * @return an unmodifiable map from tensor name to range, in the order given
     */
    public Map<String, Optional<DynamicRange>> tensors() {
        return tensors;
    }

    /**
     * All ranges.
     *
     * @return an unmodifiable map from tensor name to range, in the order given
     */
    public Map<String, DynamicRange> asMap() {
        return ranges;
    }

    /**
     * The tensors that were observed but have no range, because they held only zeros or nothing. A
     * calibration cache writes them with scale 0.
     *
     * @return their names, unmodifiable, in the order given
     */
    public Set<String> withoutRange() {
        return withoutRange;
    }

    /**
     * Where the ranges came from.
     *
     * @return the provenance, {@link Provenance#UNKNOWN} if nothing is known
     */
    public Provenance provenance() {
        return provenance;
    }

    /** Equal if tensors, ranges and provenance are, whatever the order of the tensors. */
    /**
     * The same ranges, for a model that is called as is asked for.
     *
     * @param asked a call; the plain one asks for nothing
     * @return these, or if they tell nothing of how the model was called, what is asked for
     * @throws IllegalArgumentException if they were captured through another call
     */
    public DynamicRanges calledBy(ModelCall asked) {
        Builder builder = builder().optProvenance(provenance.calledBy(asked));
        builder.tensors.putAll(tensors);
        return builder.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DynamicRanges that
                && tensors.equals(that.tensors)
                && provenance.equals(that.provenance);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tensors, provenance);
    }

    @Override
    public String toString() {
        return "DynamicRanges[" + ranges.size() + " tensors, " + provenance + "]";
    }

    /** Gathers ranges. Not safe for use from several threads. */
    public static final class Builder {

        private final Map<String, Optional<DynamicRange>> tensors = new LinkedHashMap<>();
        private Provenance provenance = Provenance.UNKNOWN;

        private Builder() {}

        /**
         * Gives a tensor its range, replacing an earlier one in its place.
         *
         * @param tensor the tensor's name
         * @param range its range
         * @return this builder
         */
        public Builder add(String tensor, DynamicRange range) {
            tensors.put(Objects.requireNonNull(tensor, "tensor"), Optional.of(range));
            return this;
        }

        /**
         * Names a tensor that was observed but has no range, dropping an earlier one.
         *
         * @param tensor the tensor's name
         * @return this builder
         */
        public Builder addWithoutRange(String tensor) {
            tensors.put(Objects.requireNonNull(tensor, "tensor"), Optional.empty());
            return this;
        }

        /**
         * Sets where the ranges come from.
         *
         * @param value the provenance
         * @return this builder
         */
        public Builder optProvenance(Provenance value) {
            provenance = Objects.requireNonNull(value, "provenance");
            return this;
        }

        /**
         * Ends the set.
         *
         * @return the immutable ranges
         */
        public DynamicRanges build() {
            return new DynamicRanges(this);
        }
    }
}
