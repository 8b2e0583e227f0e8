package io.rangefinder.engine.session;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a model with a fixed batch treats it: which tensors carry it, and whether batches of another
 * length may be cut into parts and filled up.
 *
 * <p>An input carries it as its first axis, or is one value for all samples. An output's axis may
 * hold several elements of each sample, side by side; an output that does not carry the batch is
 * the same for all.
 *
 * @param size the length of the batch, at least 1
 * @param axes the batch's axis in each input and output that carries it; none if no input does
 * @param obstacle why only batches of exactly {@code size} may be run, or empty if it is shown that
 *     samples do not influence each other
 */
public record BatchLayout(int size, Map<String, Integer> axes, Optional<String> obstacle) {

    /**
     * Copies the axes.
     *
     * @param size the length of the batch
     * @param axes the batch's axis by tensor
     * @param obstacle why only whole batches may be run
     * @throws IllegalArgumentException if {@code size} is not positive
     */
    public BatchLayout {
        if (size < 1) {
            throw new IllegalArgumentException("a batch of " + size + " holds no sample");
        }
        axes = Map.copyOf(axes);
    }

    /**
     * The layout of a model whose samples do not influence each other.
     *
     * @param size the length of the batch
     * @param tensors names of the tensors that carry it as their first axis
     * @return the layout
     */
    public static BatchLayout firstAxes(int size, Set<String> tensors) {
        return new BatchLayout(
                size, tensors.stream().collect(Collectors.toMap(t -> t, t -> 0)), Optional.empty());
    }

    /**
     * Whether a tensor carries the batch.
     *
     * @param tensor an input or output
     * @return true if it does
     */
    public boolean carries(TensorDescription tensor) {
        return axes.containsKey(tensor.name());
    }

    /**
     * Makes sure that a batch may be run, in parts or filled up if it is not the model's own.
     *
     * @param batch the number of samples
     * @throws UnsuitableInputException if the model takes no other batch than its own
     */
    public void requireRunnable(long batch) {
        if (batch != size && obstacle.isPresent()) {
            throw new UnsuitableInputException(
                    "the model takes batches of exactly "
                            + size
                            + " but was given one of "
                            + batch
                            + ", which can't be put together from parts: "
                            + obstacle.get()
                            + "; give batches of "
                            + size
                            + ", or capture and export the model with batches of "
                            + batch);
        }
    }

    /** The shape of a tensor that carries the batch, for another number of samples. */
    Shape withBatch(TensorDescription tensor, long batch) {
        int axis = axes.get(tensor.name());
        Shape shape = tensor.shape();
        return Shape.update(shape, axis, shape.get(axis) / size * batch);
    }

    /**
     * Checks that the layout is one of a model.
     *
     * @param inputs the model's inputs
     * @param outputs the model's outputs
     * @throws IllegalArgumentException if a shape is not static, if a tensor that is to carry the
     *     batch is missing or has an axis of another length, or if outputs carry it but no input
     *     does
     */
    public void requireFits(List<TensorDescription> inputs, List<TensorDescription> outputs) {
        Set<String> missing = new LinkedHashSet<>(axes.keySet());
        for (TensorDescription tensor : Stream.concat(inputs.stream(), outputs.stream()).toList()) {
            missing.remove(tensor.name());
            if (!tensor.isStatic()) {
                throw new IllegalArgumentException(
                        "tensor "
                                + tensor.name()
                                + " must have a static shape but has "
                                + tensor.shape());
            }
            if (carries(tensor) && !fits(tensor, inputs.contains(tensor))) {
                throw new IllegalArgumentException(
                        "tensor "
                                + tensor.name()
                                + " of shape "
                                + tensor.shape()
                                + " does not carry a batch of "
                                + size);
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("the model has no tensors " + missing);
        }
        if (!axes.isEmpty() && inputs.stream().noneMatch(this::carries)) {
            throw new IllegalArgumentException(
                    "outputs " + axes.keySet() + " carry the batch, but no input does");
        }
    }

    private boolean fits(TensorDescription tensor, boolean input) {
        int axis = axes.get(tensor.name());
        if (axis < 0 || axis >= tensor.shape().dimension()) {
            return false;
        }
        long length = tensor.shape().get(axis);
        return input ? axis == 0 && length == size : length % size == 0;
    }
}
