package io.rangefinder.examples.compare;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import io.rangefinder.engine.compare.Comparison;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Runs a float model and INT8 ones on the same batches. Not for use from several threads; memory
 * does not grow with the number of batches.
 */
public final class SideBySide {

    private final Forward reference;
    private final List<Candidate> candidates = new ArrayList<>();
    private long referenceNanos;
    private long samples;

    /** An INT8 model and what was found of it so far. */
    private static final class Candidate {

        private final String backend;
        private final Forward forward;
        private final Comparison comparison = new Comparison();
        private long nanos;

        Candidate(String backend, Forward forward) {
            this.backend = backend;
            this.forward = forward;
        }
    }

    /**
     * Compares models, which stay the caller's.
     *
     * @param reference the float model
     * @param int8 the INT8 models by backend, in the order that they are printed in
     */
    public SideBySide(Forward reference, Map<String, Forward> int8) {
        this.reference = reference;
        int8.forEach((backend, forward) -> candidates.add(new Candidate(backend, forward)));
    }

    /**
     * Runs all on a batch.
     *
     * @param inputs the batch
     * @param labels the right class of each sample, if known
     * @throws TranslateException if a model fails
     */
    public void add(NDList inputs, Optional<int[]> labels) throws TranslateException {
        long start = System.nanoTime();
        NDList expected = reference.run(inputs);
        referenceNanos += System.nanoTime() - start;
        Shape shape = expected.get(0).getShape();
        samples += shape.dimension() == 0 ? 1 : shape.get(0);
        for (Candidate candidate : candidates) {
            start = System.nanoTime();
            NDList actual = candidate.forward.run(inputs);
            candidate.nanos += System.nanoTime() - start;
            add(candidate.comparison, expected, actual, labels);
            actual.close();
        }
        expected.close();
    }

    private static void add(
            Comparison comparison, NDList expected, NDList actual, Optional<int[]> labels) {
        Shape shape = expected.get(0).getShape();
        boolean classes = expected.size() == 1 && shape.dimension() == 2 && shape.get(1) > 1;
        if (classes) {
            comparison.add(
                    expected.get(0).toFloatArray(),
                    actual.get(0).toFloatArray(),
                    Math.toIntExact(shape.get(1)),
                    labels);
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).getDataType() == DataType.FLOAT32) {
                comparison.addValues(expected.get(i).toFloatArray(), actual.get(i).toFloatArray());
            }
        }
    }

    /**
     * Prints for each INT8 model a line a figure: {@code backend}, {@code fp32 top-1}, {@code int8
     * top-1}, {@code agreement}, {@code sqnr-db}, and the time of each model for one input.
     *
     * @param out where to
     */
    public void print(PrintWriter out) {
        for (Candidate candidate : candidates) {
            Comparison found = candidate.comparison;
            out.printf("backend %s%n", candidate.backend);
            line(out, "fp32 top-1", found.referenceTop1());
            line(out, "int8 top-1", found.actualTop1());
            line(out, "agreement", found.agreement());
            out.printf(Locale.ROOT, "sqnr-db %.2f%n", found.sqnr());
            out.printf(Locale.ROOT, "fp32 ms/input %.3f%n", referenceNanos / 1e6 / samples);
            out.printf(Locale.ROOT, "int8 ms/input %.3f%n", candidate.nanos / 1e6 / samples);
        }
        out.flush();
    }

    private static void line(PrintWriter out, String name, OptionalDouble value) {
        value.ifPresent(v -> out.printf(Locale.ROOT, "%s %.4f%n", name, v));
    }
}
