package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.WeightView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Views of a weight that lies in the source. Stateless. */
final class StoredViews {

    private StoredViews() {}

    static WeightView permute(WeightView x, List<Integer> order) {
        return with(
                x,
                x.offset(),
                order.stream().map(x.shape()::get).toList(),
                order.stream().map(x.strides()::get).toList());
    }

    static WeightView slice(WeightView x, int axis, long start, long length, long step) {
        List<Long> shape = new ArrayList<>(x.shape());
        List<Long> strides = new ArrayList<>(x.strides());
        shape.set(axis, length);
        strides.set(axis, x.strides().get(axis) * step);
        return with(x, x.offset() + start * x.strides().get(axis), shape, strides);
    }

    /** A view in another shape, if there is one: each run of axes without gaps is one axis. */
    static Optional<WeightView> reshape(WeightView x, List<Long> shape) {
        List<Long> strides = new ArrayList<>();
        int axis = 0;
        long left = 1;
        long stride = 1;
        List<long[]> runs = runs(x);
        for (int i = 0; i < shape.size(); i++) {
            long length = shape.get(i);
            if (length == 1) {
                strides.add(1L);
                continue;
            }
            if (left == 1) {
                if (axis == runs.size()) {
                    return Optional.empty();
                }
                left = runs.get(axis)[0];
                stride = runs.get(axis)[1] * left;
                axis++;
            }
            if (length == 0 || left % length != 0) {
                return Optional.empty();
            }
            left /= length;
            stride /= length;
            strides.add(stride);
        }
        return left == 1 && axis == runs.size()
                ? Optional.of(with(x, x.offset(), shape, strides))
                : Optional.empty();
    }

    /** Length and stride of each run of axes that follow each other without gaps. */
    private static List<long[]> runs(WeightView x) {
        List<long[]> runs = new ArrayList<>();
        for (int i = 0; i < x.shape().size(); i++) {
            long length = x.shape().get(i);
            long stride = x.strides().get(i);
            if (length == 1) {
                continue;
            }
            long[] last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last[1] == stride * length) {
                last[0] *= length;
                last[1] = stride;
            } else {
                runs.add(new long[] {length, stride});
            }
        }
        return runs;
    }

    private static WeightView with(
            WeightView x, long offset, List<Long> shape, List<Long> strides) {
        return new WeightView(
                x.type(),
                x.storage(),
                x.elements(),
                offset,
                List.copyOf(shape),
                List.copyOf(strides));
    }
}
