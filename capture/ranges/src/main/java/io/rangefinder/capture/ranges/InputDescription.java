package io.rangefinder.capture.ranges;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One input of the model as it was seen during capture.
 *
 * @param name the argument's name in the model
 * @param type the element type, in lower case as in PyTorch and ONNX: {@code float32}, {@code
 *     int64}, …
 * @param shape the greatest length that each axis had; the first axis is the batch
 * @param least the least length that each axis had: where it differs from the greatest, the axis
 *     varied from one forward pass to another
 */
public record InputDescription(String name, String type, List<Long> shape, List<Long> least) {

    /** Between the least and the greatest length of an axis. */
    static final String TO = "..";

    /**
     * Copies the shapes.
     *
     * @param name the argument's name
     * @param type the element type
     * @param shape the greatest lengths
     * @param least the least lengths
     * @throws IllegalArgumentException if there are not as many least as greatest lengths, or one
     *     is above its greatest
     */
    public InputDescription {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        least = List.copyOf(least);
        boolean ordered = shape.size() == least.size();
        for (int i = 0; ordered && i < shape.size(); i++) {
            ordered = least.get(i) <= shape.get(i);
        }
        if (!ordered) {
            throw new IllegalArgumentException(
                    "the least lengths " + least + " do not fit the greatest " + shape);
        }
    }

    /**
     * An input that always had one shape.
     *
     * @param name the argument's name
     * @param type the element type
     * @param shape the shape of one batch
     */
    public InputDescription(String name, String type, List<Long> shape) {
        this(name, type, shape, shape);
    }

    /**
     * Whether an axis had different lengths.
     *
     * @param axis the axis, from 0
     * @return true if its length varied
     */
    public boolean varies(int axis) {
        return !least.get(axis).equals(shape.get(axis));
    }

    /**
     * What two passes, or two captures, saw of one input. Commutative and associative. An axis
     * spans what it had in both. If the numbers of axes differ, the shape with more of them counts;
     * of two types, the one that comes last in the alphabet does.
     *
     * @param other the same input
     * @return both together, under this one's name
     */
    public InputDescription merge(InputDescription other) {
        String both = type.compareTo(other.type) >= 0 ? type : other.type;
        if (shape.size() != other.shape.size()) {
            InputDescription more = shape.size() > other.shape.size() ? this : other;
            return new InputDescription(name, both, more.shape, more.least);
        }
        List<Long> greatest = new ArrayList<>(shape);
        List<Long> smallest = new ArrayList<>(least);
        for (int i = 0; i < greatest.size(); i++) {
            greatest.set(i, Math.max(shape.get(i), other.shape.get(i)));
            smallest.set(i, Math.min(least.get(i), other.least.get(i)));
        }
        return new InputDescription(name, both, greatest, smallest);
    }

    /**
     * What was seen of all inputs of a model, pass for pass or capture for capture. Commutative and
     * associative. Trailing arguments may have been left out at times.
     *
     * @param one the inputs, in order
     * @param other the same model's inputs, in order
     * @return both together, or empty if they don't have the same names in the same order
     */
    public static Optional<List<InputDescription>> merge(
            List<InputDescription> one, List<InputDescription> other) {
        List<InputDescription> longer = one.size() >= other.size() ? one : other;
        List<InputDescription> shorter = longer == one ? other : one;
        List<InputDescription> both = new ArrayList<>(longer);
        for (int i = 0; i < shorter.size(); i++) {
            if (!longer.get(i).name().equals(shorter.get(i).name())) {
                return Optional.empty();
            }
            both.set(i, longer.get(i).merge(shorter.get(i)));
        }
        return Optional.of(List.copyOf(both));
    }

    /**
     * The lengths of the axes, for people: {@code [32, 9..16]}, where the second varied from 9 to
     * 16.
     *
     * @return the lengths
     */
    public String axes() {
        return IntStream.range(0, shape.size())
                .mapToObj(i -> (varies(i) ? least.get(i) + TO : "") + shape.get(i))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
