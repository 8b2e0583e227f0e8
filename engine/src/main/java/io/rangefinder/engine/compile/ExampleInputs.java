package io.rangefinder.engine.compile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.session.ArrayTypes;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Inputs to run both forms of a model on once, made from what the ranges tell of the model's
 * inputs: seeded random numbers of the type, shape and range that were seen.
 */
final class ExampleInputs {

    /** Several samples tell tensors apart better than one. */
    private static final long BATCH = 2;

    private static final long SEED = 20_210_601;

    private ExampleInputs() {}

    /**
     * Makes inputs.
     *
     * @param manager owns them
     * @param ranges the ranges and what they tell of the inputs
     * @param batch the length of the first axis, if the model fixes it
     * @return the inputs in order, or empty if the ranges tell nothing of them, or tell of types
     *     that no array has
     */
    static Optional<NDList> make(NDManager manager, DynamicRanges ranges, Optional<Long> batch) {
        if (ranges.provenance().inputs().isEmpty()) {
            return Optional.empty();
        }
        Random random = new Random(SEED);
        NDList inputs = new NDList();
        for (InputDescription input : ranges.provenance().inputs()) {
            long[] axes = input.shape().stream().mapToLong(Long::longValue).toArray();
            if (axes.length > 0) {
                axes[0] = batch.orElse(BATCH);
            }
            DataType type = DataType.valueOf(input.type().toUpperCase(Locale.ROOT));
            if (!ArrayTypes.hold(type)) {
                return Optional.empty();
            }
            double amax = ranges.get(input.name()).map(DynamicRange::amax).orElse(1.0);
            NDArray array = values(manager, random, new Shape(axes), type, amax);
            array.setName(input.name());
            inputs.add(array);
        }
        return Optional.of(inputs);
    }

    private static NDArray values(
            NDManager manager, Random random, Shape shape, DataType type, double amax) {
        int size = Math.toIntExact(shape.size());
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            // 0 and 1 are a token, a mask and a label wherever such are asked for.
            values[i] =
                    type.isFloating()
                            ? (float) (amax * (2 * random.nextDouble() - 1))
                            : random.nextInt(2);
        }
        NDArray array = manager.create(values, shape);
        return type == DataType.FLOAT32 ? array : array.toType(type, false);
    }
}
