package io.rangefinder.examples.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.TranslateException;
import io.rangefinder.engine.compare.Comparison;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Runs a float model and an INT8 model on the same batches. Not for use from several threads. */
public final class SideBySide {

    private final Forward reference;
    private final Forward int8;
    private final Comparison comparison = new Comparison();
    private long referenceNanos;
    private long int8Nanos;
    private long samples;

    /**
     * Compares two models, which stay the caller's.
     *
     * @param reference the float model
     * @param int8 the INT8 model
     */
    public SideBySide(Forward reference, Forward int8) {
        this.reference = reference;
        this.int8 = int8;
    }

    /**
     * Runs both on a batch.
     *
     * @param inputs the batch
     * @param labels the right class of each sample, if known
     * @throws TranslateException if a model fails
     */
    public void add(NDList inputs, Optional<int[]> labels) throws TranslateException {
        long start = System.nanoTime();
        NDList expected = reference.run(inputs);
        long between = System.nanoTime();
        NDList actual = int8.run(inputs);
        int8Nanos += System.nanoTime() - between;
        referenceNanos += between - start;
        NDArray first = expected.get(0);
        long rows = first.getShape().dimension() == 0 ? 1 : first.getShape().get(0);
        samples += rows;
        boolean classes =
                expected.size() == 1
                        && first.getShape().dimension() == 2
                        && first.getShape().get(1) > 1;
        if (classes) {
            comparison.add(
                    first.toFloatArray(),
                    actual.get(0).toFloatArray(),
                    Math.toIntExact(first.getShape().get(1)),
                    labels);
        } else {
            for (int i = 0; i < expected.size(); i++) {
                if (expected.get(i).getDataType() == DataType.FLOAT32) {
                    comparison.addValues(
                            expected.get(i).toFloatArray(), actual.get(i).toFloatArray());
                }
            }
        }
        expected.close();
        actual.close();
    }

    /**
     * What was found so far.
     *
     * @return the comparison
     */
    public Comparison comparison() {
        return comparison;
    }

    /**
     * Prints a line a figure: {@code fp32 top-1}, {@code int8 top-1}, {@code agreement}, {@code
     * sqnr-db}, and the time of each model for one input.
     *
     * @param out where to
     */
    public void print(PrintWriter out) {
        line(out, "fp32 top-1", comparison.referenceTop1());
        line(out, "int8 top-1", comparison.actualTop1());
        line(out, "agreement", comparison.agreement());
        out.printf(Locale.ROOT, "sqnr-db %.2f%n", comparison.sqnr());
        out.printf(Locale.ROOT, "fp32 ms/input %.3f%n", referenceNanos / 1e6 / samples);
        out.printf(Locale.ROOT, "int8 ms/input %.3f%n", int8Nanos / 1e6 / samples);
        out.flush();
    }

    private static void line(PrintWriter out, String name, OptionalDouble value) {
        value.ifPresent(v -> out.printf(Locale.ROOT, "%s %.4f%n", name, v));
    }
}
