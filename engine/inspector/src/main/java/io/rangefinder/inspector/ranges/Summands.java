package io.rangefinder.inspector.ranges;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How many values a layer of a network adds up to one, by the shapes of its tensors. */
final class Summands {

    private final NetworkDescription network;

    Summands(NetworkDescription network) {
        this.network = network;
    }

    /** At most so many; empty if the shapes don't tell, or if the layer is no sum. */
    OptionalDouble of(NetworkLayer layer) {
        return switch (layer.type()) {
            case "MATRIX_MULTIPLY" -> product(layer);
            case "REDUCE" -> reduction(layer);
            default -> OptionalDouble.empty();
        };
    }

    /** The axis that a product adds up is one of the last two of either side, transposed or not. */
    private OptionalDouble product(NetworkLayer layer) {
        double least = Double.POSITIVE_INFINITY;
        for (String side : layer.inputs().subList(0, 2)) {
            NetworkTensor tensor = network.tensors().get(side);
            if (tensor == null || tensor.shape().isEmpty()) {
                return OptionalDouble.empty();
            }
            List<Long> shape = tensor.shape();
            List<Long> last = shape.subList(Math.max(0, shape.size() - 2), shape.size());
            if (last.contains(-1L)) {
                continue;
            }
            least = Math.min(least, last.stream().mapToLong(Long::longValue).max().getAsLong());
        }
        return Double.isInfinite(least) ? OptionalDouble.empty() : OptionalDouble.of(least);
    }

    private OptionalDouble reduction(NetworkLayer layer) {
        NetworkTensor from = network.tensors().get(layer.inputs().get(0));
        NetworkTensor to = network.tensors().get(layer.outputs().get(0));
        OptionalLong each =
                from == null || to == null ? OptionalLong.empty() : ShapeRatio.of(from, to);
        return each.isPresent() ? OptionalDouble.of(each.getAsLong()) : OptionalDouble.empty();
    }
}
