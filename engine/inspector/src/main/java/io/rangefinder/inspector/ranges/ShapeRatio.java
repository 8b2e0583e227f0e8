package io.rangefinder.inspector.ranges;

import java.util.List;
import java.util.OptionalLong;

/** How many elements of a tensor fall to one of what is made of it. Stateless. */
final class ShapeRatio {

    private ShapeRatio() {}

    /**
     * The ratio of two tensors' sizes, where the second lacks some of the first's axes or has 1 in
     * their place. Axes of unknown length are in both, or the ratio is not known.
     */
    static OptionalLong of(NetworkTensor from, NetworkTensor to) {
        if (from.shape().isEmpty() || open(from.shape()) != open(to.shape())) {
            return OptionalLong.empty();
        }
        long whole = known(from.shape());
        long part = known(to.shape());
        return part > 0 && whole > 0 && whole % part == 0
                ? OptionalLong.of(whole / part)
                : OptionalLong.empty();
    }

    private static long open(List<Long> shape) {
        return shape.stream().filter(axis -> axis < 0).count();
    }

    private static long known(List<Long> shape) {
        return shape.stream().filter(axis -> axis >= 0).reduce(1L, Math::multiplyExact);
    }
}
