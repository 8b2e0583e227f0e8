package io.rangefinder.capture.ranges;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where dynamic ranges came from. Every part may be unknown: a TensorRT calibration cache names no
 * model.
 *
 * @param modelDigest {@code sha256:} and 64 hex digits of the model file, or empty
 * @param inputs the model's inputs as seen, in order
 * @param samples the number of representative inputs (rows of the first axis), 0 if unknown
 * @param method the calibrator's name ({@code minmax}, …), or empty
 * @param version the version of Rangefinder that made them, or empty
 * @param date when they were made, or empty
 * @param cacheHeader the first line of the calibration cache that they were read from, or empty
 * @param call how the model was called, whose inputs these are; plain if that is not known
 */
public record Provenance(
        Optional<String> modelDigest,
        List<InputDescription> inputs,
        long samples,
        Optional<String> method,
        Optional<String> version,
        Optional<Instant> date,
        Optional<String> cacheHeader,
        ModelCall call) {

    /** Between texts that two parts don't share. */
    private static final String SEPARATOR = ", ";

    /** Nothing is known. */
    public static final Provenance UNKNOWN =
            new Provenance(
                    Optional.empty(),
                    List.of(),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /**
     * Copies the inputs.
     *
     * @param modelDigest the model file's digest
     * @param inputs the model's inputs
     * @param samples the number of representative inputs
     * @param method the calibrator's name
     * @param version the version of Rangefinder
     * @param date when they were made
     * @param cacheHeader the first line of the calibration cache
     * @param call how the model was called
     * @throws IllegalArgumentException if {@code samples} is negative
     */
    public Provenance {
        Objects.requireNonNull(modelDigest, "modelDigest");
        inputs = List.copyOf(inputs);
        if (samples < 0) {
            throw new IllegalArgumentException("samples is negative: " + samples);
        }
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(date, "date");
        Objects.requireNonNull(cacheHeader, "cacheHeader");
        Objects.requireNonNull(call, "call");
    }

    /**
     * What came through {@code forward}, with tensors only.
     *
     * @param modelDigest the model file's digest
     * @param inputs the model's inputs
     * @param samples the number of representative inputs
     * @param method the calibrator's name
     * @param version the version of Rangefinder
     * @param date when they were made
     * @param cacheHeader the first line of the calibration cache
     * @throws IllegalArgumentException if {@code samples} is negative
     */
    public Provenance(
            Optional<String> modelDigest,
            List<InputDescription> inputs,
            long samples,
            Optional<String> method,
            Optional<String> version,
            Optional<Instant> date,
            Optional<String> cacheHeader) {
        this(modelDigest, inputs, samples, method, version, date, cacheHeader, ModelCall.PLAIN);
    }

    /**
     * Whether two say in different ways how the model was called.
     *
     * @param other where other ranges or statistics of the same model came from
     * @return true if they name different methods or inputs, so that they can't be merged
     */
    public boolean isOfOtherCalls(Provenance other) {
        return !saysNothingOfCalls()
                && !other.saysNothingOfCalls()
                && (!call.equals(other.call)
                        || InputDescription.merge(inputs, other.inputs).isEmpty());
    }

    private boolean saysNothingOfCalls() {
        return inputs.isEmpty() && call.equals(ModelCall.PLAIN);
    }

    /**
     * Where what this and another tell together came from. Commutative and associative: samples
     * add, inputs span what both saw, the date is the later one, and texts that differ stand beside
     * each other ({@code minmax, percentile}). Of two caches' first lines the last in the alphabet
     * is kept, as a cache has one.
     *
     * @param other where the other came from
     * @return both together
     * @throws IllegalArgumentException if they are of different models or {@linkplain
     *     #isOfOtherCalls calls}; ask before
     * @throws ArithmeticException if there are more than 2^63 - 1 samples
     */
    public Provenance merge(Provenance other) {
        boolean otherModel =
                modelDigest.isPresent()
                        && other.modelDigest.isPresent()
                        && !modelDigest.equals(other.modelDigest);
        if (otherModel || isOfOtherCalls(other)) {
            throw new IllegalArgumentException("cannot merge " + this + " with " + other);
        }
        return new Provenance(
                modelDigest.or(other::modelDigest),
                InputDescription.merge(inputs, other.inputs).orElseThrow(),
                Math.addExact(samples, other.samples),
                union(method, other.method),
                union(version, other.version),
                later(date, other.date),
                later(cacheHeader, other.cacheHeader),
                saysNothingOfCalls() ? other.call : call);
    }

    /**
     * How the model was called, for people.
     *
     * @return the method with its inputs and bound arguments: {@code encode(x, rate=16000)}
     */
    public String callText() {
        return call.with(inputs);
    }

    /**
     * The same, called as is asked for.
     *
     * @param asked a call; the plain one asks for nothing
     * @return this, or if nothing is known of how the model was called, what is asked for
     * @throws IllegalArgumentException if the model was called otherwise
     */
    Provenance calledBy(ModelCall asked) {
        if (call.isAsAsked(asked)) {
            return this;
        }
        if (!saysNothingOfCalls()) {
            throw new IllegalArgumentException(
                    "the ranges were captured through "
                            + callText()
                            + ", not "
                            + asked.asAsked()
                            + "; capture them anew for that, or ask for what they are of");
        }
        return new Provenance(
                modelDigest, inputs, samples, method, version, date, cacheHeader, asked);
    }

    private static <T extends Comparable<T>> Optional<T> later(Optional<T> one, Optional<T> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    private static Optional<String> union(Optional<String> one, Optional<String> other) {
        if (one.isEmpty() || one.equals(other)) {
            return other;
        }
        return other.isEmpty()
                ? one
                : Optional.of(
                        Stream.of(one.get(), other.get())
                                .flatMap(text -> Stream.of(text.split(SEPARATOR, -1)))
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(SEPARATOR)));
    }
}
