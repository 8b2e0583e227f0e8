package io.rangefinder.capture.ranges;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
 */
public record Provenance(
        Optional<String> modelDigest,
        List<InputDescription> inputs,
        long samples,
        Optional<String> method,
        Optional<String> version,
        Optional<Instant> date,
        Optional<String> cacheHeader) {

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
    }
}
