package io.rangefinder.examples.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

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
        private final Map<String, ComparedOutput> outputs = new LinkedHashMap<>();
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
     * Runs all on a batch, each on a copy of its own: a model may write to its inputs.
     *
     * @param inputs the batch
     * @param labels the right class of each sample, if known
     * @throws TranslateException if a model fails
     */
    public void add(NDList inputs, Optional<int[]> labels) throws TranslateException {
        Shape first = inputs.get(0).getShape();
        add(inputs, first.dimension() == 0 ? 1 : first.get(0), labels, Optional.empty());
    }

    /**
     * Runs all on a batch, each on a copy of its own.
     *
     * @param inputs the batch
     * @param rows the number of samples in it
     * @param labels the right class of each sample, if known
     * @param mask an input that is 0 where positions don't count
     * @throws TranslateException if a model fails
     */
    void add(NDList inputs, long rows, Optional<int[]> labels, Optional<NDArray> mask)
            throws TranslateException {
        Optional<Mask> positions = mask.map(Mask::of);
        NDList own = copy(inputs);
        long start = System.nanoTime();
        NDList expected = reference.run(own);
        referenceNanos += System.nanoTime() - start;
        samples += rows;
        for (Candidate candidate : candidates) {
            NDList given = copy(inputs);
            start = System.nanoTime();
            NDList actual = candidate.forward.run(given);
            candidate.nanos += System.nanoTime() - start;
            List<NamedOutputs.Pair> pairs = NamedOutputs.pair(expected, actual);
            for (NamedOutputs.Pair pair : pairs) {
                candidate
                        .outputs
                        .computeIfAbsent(pair.name(), n -> new ComparedOutput())
                        .add(
                                pair.expected(),
                                pair.actual(),
                                positions,
                                pairs.size() == 1 ? labels : Optional.empty());
            }
            actual.close();
            given.close();
        }
        expected.close();
        own.close();
    }

    private static NDList copy(NDList inputs) {
        NDList copy = new NDList(inputs.size());
        for (NDArray input : inputs) {
            NDArray own = input.duplicate();
            own.setName(input.getName());
            copy.add(own);
        }
        return copy;
    }

    /**
     * Prints for each INT8 model a line a figure: {@code backend}, {@code fp32 top-1}, {@code int8
     * top-1}, {@code agreement} of classes or of whole numbers, {@code sqnr-db} of what measures,
     * and the time of each model for one input. Of several outputs, the worst is what is printed
     * so, after a line for each.
     *
     * @param out where to
     */
    public void print(PrintWriter out) {
        for (Candidate candidate : candidates) {
            out.printf("backend %s%n", candidate.backend);
            if (candidate.outputs.size() > 1) {
                candidate.outputs.forEach(
                        (name, output) -> {
                            line(out, "output " + name + " agreement", "%.4f", output.equal());
                            line(out, "output " + name + " sqnr-db", "%.2f", output.sqnr());
                        });
            }
            for (ComparedOutput output : candidate.outputs.values()) {
                line(out, "fp32 top-1", "%.4f", output.classes().referenceTop1());
                line(out, "int8 top-1", "%.4f", output.classes().actualTop1());
                if (candidate.outputs.size() == 1) {
                    line(out, "agreement", "%.4f", output.classes().agreement());
                }
            }
            line(out, "agreement", "%.4f", worst(candidate, ComparedOutput::equal));
            line(out, "sqnr-db", "%.2f", worst(candidate, ComparedOutput::sqnr));
            out.printf(Locale.ROOT, "fp32 ms/input %.3f%n", referenceNanos / 1e6 / samples);
            out.printf(Locale.ROOT, "int8 ms/input %.3f%n", candidate.nanos / 1e6 / samples);
        }
        out.flush();
    }

    /** Whether an output is nowhere finite in either model, so that nothing can be said of it. */
    boolean holdsNoFigure() {
        return candidates.stream()
                .flatMap(c -> c.outputs.values().stream())
                .anyMatch(o -> o.sqnr().isEmpty() && o.equal().isEmpty());
    }

    private static OptionalDouble worst(
            Candidate candidate, Function<ComparedOutput, OptionalDouble> figure) {
        return candidate.outputs.values().stream()
                .map(figure)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .min();
    }

    private static void line(PrintWriter out, String name, String format, OptionalDouble value) {
        value.ifPresent(v -> out.printf(Locale.ROOT, "%s " + format + "%n", name, v));
    }
}
