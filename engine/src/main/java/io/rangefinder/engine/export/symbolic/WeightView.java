package io.rangefinder.engine.export.symbolic;

import java.util.ArrayList;
import java.util.List;

/**
 * A weight, by where its elements are in a source's storages.
 *
 * @param type its element type
 * @param storage the name of the storage that holds it
 * @param elements how many elements of its type the storage holds
 * @param offset the first element's index in the storage
 * @param shape its shape
 * @param strides the steps between elements along each axis; an axis with stride 0 repeats one
 *     element
 */
public record WeightView(
        ElementType type,
        String storage,
        long elements,
        long offset,
        List<Long> shape,
        List<Long> strides) {

    /**
     * A weight whose elements lie in order without gaps.
     *
     * @param type its element type
     * @param storage the name of the storage that holds it
     * @param elements how many elements the storage holds
     * @param offset the first element's index in the storage
     * @param shape its shape
     * @return the view
     */
    public static WeightView part(
            ElementType type, String storage, long elements, long offset, List<Long> shape) {
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            strides.add(0, stride);
            stride *= shape.get(axis);
        }
        return new WeightView(type, storage, elements, offset, List.copyOf(shape), strides);
    }
}
