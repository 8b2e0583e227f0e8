package io.rangefinder.examples.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Which positions of a batch count: those where an input of the model, such as {@code
 * attention_mask}, is not 0.
 *
 * @param shape the mask's shape, the batch first
 * @param kept for each of its positions, whether it counts
 */
record Mask(Shape shape, boolean[] kept) {

    static Mask of(NDArray input) {
        try (NDArray whole = input.toType(DataType.INT64, true)) {
            long[] values = whole.toLongArray();
            boolean[] kept = new boolean[values.length];
            for (int i = 0; i < values.length; i++) {
                kept[i] = values[i] != 0;
            }
            return new Mask(input.getShape(), kept);
        }
    }

    /**
     * Which elements of an output count: all, unless its first axes are the mask's, or the mask's
     * two in the other order (time first).
     */
    boolean[] elements(Shape output) {
        boolean[] elements = new boolean[Math.toIntExact(output.size())];
        int rank = shape.dimension();
        boolean straight = output.dimension() >= rank && output.slice(0, rank).equals(shape);
        boolean turned =
                !straight
                        && rank == 2
                        && output.dimension() >= 2
                        && output.get(0) == shape.get(1)
                        && output.get(1) == shape.get(0);
        int block = kept.length == 0 ? 1 : elements.length / kept.length;
        for (int i = 0; i < elements.length; i++) {
            int place = i / block;
            if (turned) {
                int rows = (int) shape.get(0);
                place = place % rows * (int) shape.get(1) + place / rows;
            }
            elements[i] = !straight && !turned || kept[place];
        }
        return elements;
    }
}
