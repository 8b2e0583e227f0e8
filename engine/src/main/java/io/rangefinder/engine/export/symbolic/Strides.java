package io.rangefinder.engine.export.symbolic;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The steps between a tensor's elements along each axis, which decide where PyTorch gives a view
 * and where a copy. Taken for open lengths that nothing else has. Immutable.
 */
public final class Strides {

    private static final long ANY_LENGTH = 1009;

    private final long[] steps;

    private Strides(long[] steps) {
        this.steps = steps;
    }

    private static long[] lengths(List<Dim> shape) {
        return shape.stream().mapToLong(d -> d.at(Strides::length)).toArray();
    }

    private static long length(Axis axis) {
        return ANY_LENGTH + Math.floorMod(axis.name().hashCode(), ANY_LENGTH);
    }

    /**
     * The strides of elements that lie in order without gaps.
     *
     * @param shape the tensor's shape
     * @return its strides
     */
    public static Strides contiguous(List<Dim> shape) {
        long[] lengths = lengths(shape);
        long[] steps = new long[lengths.length];
        long step = 1;
        for (int i = lengths.length - 1; i >= 0; i--) {
            steps[i] = step;
            step *= Math.max(1, lengths[i]);
        }
        return new Strides(steps);
    }

    /**
     * Whether the elements lie in order without gaps.
     *
     * @param shape the tensor's shape
     * @return true if they do
     */
    public boolean areContiguous(List<Dim> shape) {
        long[] expected = contiguous(shape).steps;
        for (int i = 0; i < steps.length; i++) {
            if (!shape.get(i).is(1) && steps[i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The strides after {@code permute}.
     *
     * @param order the old axis of each new one
     * @return the strides in that order
     */
    public Strides permuted(List<Integer> order) {
        return new Strides(order.stream().mapToLong(axis -> steps[axis]).toArray());
    }

    /**
     * The strides with a step along an axis.
     *
     * @param axis the axis
     * @param step how many elements are stepped over; 0 if one is repeated
     * @return the strides
     */
    public Strides stepped(int axis, long step) {
        long[] result = steps.clone();
        result[axis] *= step;
        return new Strides(result);
    }

    /**
     * The strides without an axis.
     *
     * @param axis the axis
     * @return the strides of the others
     */
    public Strides without(int axis) {
        long[] result = new long[steps.length - 1];
        System.arraycopy(steps, 0, result, 0, axis);
        System.arraycopy(steps, axis + 1, result, axis, result.length - axis);
        return new Strides(result);
    }

    /**
     * The strides with one more axis of length 1.
     *
     * @param axis where
     * @return the strides
     */
    public Strides with(int axis) {
        long[] result = Arrays.copyOf(steps, steps.length + 1);
        System.arraycopy(steps, axis, result, axis + 1, steps.length - axis);
        result[axis] = axis < steps.length ? steps[axis] : 1;
        return new Strides(result);
    }

    /**
     * The strides of the parts of complex numbers.
     *
     * @return twice the steps, and one more axis, of the two parts
     */
    public Strides ofParts() {
        long[] result = Arrays.copyOf(steps, steps.length + 1);
        for (int i = 0; i < steps.length; i++) {
            result[i] *= 2;
        }
        result[steps.length] = 1;
        return new Strides(result);
    }

    /**
     * The strides of complex numbers whose parts lie side by side.
     *
     * @return half the steps, without the last axis
     */
    public Strides ofPairs() {
        long[] result = Arrays.copyOf(steps, steps.length - 1);
        for (int i = 0; i < result.length; i++) {
            result[i] /= 2;
        }
        return new Strides(result);
    }

    /**
     * The strides of the same elements in another shape, by PyTorch's rule ({@code computeStride}
     * in {@code aten/src/ATen/TensorUtils.cpp}).
     *
     * @param from the shape that these strides are of
     * @param to the other shape
     * @return its strides, or empty if the elements have to be copied
     */
    public Optional<Strides> reshaped(List<Dim> from, List<Dim> to) {
        long[] old = lengths(from);
        long[] wanted = lengths(to);
        long[] result = new long[wanted.length];
        Arrays.fill(result, 1);
        if (old.length == 0) {
            return Optional.of(new Strides(result));
        }
        int axis = wanted.length - 1;
        long base = steps[old.length - 1];
        long run = 1;
        for (int i = old.length - 1; i >= 0; i--) {
            run *= old[i];
            boolean ends = i == 0 || (old[i - 1] != 1 && steps[i - 1] != run * base);
            if (!ends) {
                continue;
            }
            long made = 1;
            while (axis >= 0 && (made < run || wanted[axis] == 1)) {
                result[axis] = made * base;
                made *= wanted[axis--];
            }
            if (made != run) {
                return Optional.empty();
            }
            base = i == 0 ? base : steps[i - 1];
            run = 1;
        }
        return axis < 0 ? Optional.of(new Strides(result)) : Optional.empty();
    }
}
