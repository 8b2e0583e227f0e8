package io.rangefinder.examples.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.compare.Comparison;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was found of one output: decibels of what measures, agreement of what counts. Not for use
 * from several threads.
 */
final class ComparedOutput {

    private static final float PROBABILITY_SLACK = 1e-3f;

    private final Comparison comparison = new Comparison();
    private long counted;
    private long equal;

    /** Elements that are infinite or no numbers in one of the models only. */
    private long broken;

    private long measured;

    /**
     * Adds a batch.
     *
     * @param expected the float model's
     * @param actual the INT8 model's, of the same shape
     * @param mask which positions count
     * @param labels the right class of each sample, if this output is of classes
     */
    void add(NDArray expected, NDArray actual, Optional<Mask> mask, Optional<int[]> labels) {
        Shape shape = expected.getShape();
        Optional<boolean[]> kept = mask.map(m -> m.elements(shape));
        boolean floats = expected.getDataType().isFloating() || actual.getDataType().isFloating();
        if (!floats) {
            count(integers(expected), integers(actual), kept);
            return;
        }
        float[] reference = floats(expected);
        float[] values = floats(actual);
        boolean table = shape.dimension() == 2 && shape.get(1) > 1 && mask.isEmpty();
        if (table && finite(reference) && finite(values)) {
            int classes = Math.toIntExact(shape.get(1));
            if (labels.isPresent() || areProbabilities(reference, classes)) {
                measured += reference.length;
                comparison.add(reference, values, classes, labels);
                return;
            }
        }
        measure(reference, values, kept);
    }

    private void count(long[] reference, long[] values, Optional<boolean[]> kept) {
        for (int i = 0; i < reference.length; i++) {
            if (kept.isEmpty() || kept.get()[i]) {
                counted++;
                equal += reference[i] == values[i] ? 1 : 0;
            }
        }
    }

    /** The same infinity, or no number in both, is no difference. */
    private void measure(float[] reference, float[] values, Optional<boolean[]> kept) {
        float[] left = new float[reference.length];
        float[] right = new float[reference.length];
        int size = 0;
        for (int i = 0; i < reference.length; i++) {
            if (kept.isPresent() && !kept.get()[i]) {
                continue;
            }
            if (Float.isFinite(reference[i]) && Float.isFinite(values[i])) {
                left[size] = reference[i];
                right[size++] = values[i];
            } else if (Float.compare(reference[i], values[i]) != 0) {
                broken++;
            }
        }
        measured += size;
        comparison.addValues(Arrays.copyOf(left, size), Arrays.copyOf(right, size));
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Whether each row is of numbers from 0 on that sum up to 1: classes, without being told. */
    private static boolean areProbabilities(float[] values, int classes) {
        for (int row = 0; row < values.length / classes; row++) {
            float sum = 0;
            for (int i = 0; i < classes; i++) {
                float value = values[row * classes + i];
                if (value < 0) {
                    return false;
                }
                sum += value;
            }
            if (Math.abs(sum - 1) > PROBABILITY_SLACK) {
                return false;
            }
        }
        return true;
    }

    private static float[] floats(NDArray array) {
        if (array.getDataType() == DataType.FLOAT32) {
            return array.toFloatArray();
        }
        try (NDArray converted = array.toType(DataType.FLOAT32, true)) {
            return converted.toFloatArray();
        }
    }

    private static long[] integers(NDArray array) {
        try (NDArray converted = array.toType(DataType.INT64, true)) {
            return converted.toLongArray();
        }
    }

    /** Figures of classes. */
    Comparison classes() {
        return comparison;
    }

    /** Decibels, or empty if the output counts; -infinity if INT8 breaks what float computes. */
    OptionalDouble sqnr() {
        if (measured + broken == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(broken > 0 ? Double.NEGATIVE_INFINITY : comparison.sqnr());
    }

    /** The share of equal elements, or empty if the output measures. */
    OptionalDouble equal() {
        return counted == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) equal / counted);
    }
}
