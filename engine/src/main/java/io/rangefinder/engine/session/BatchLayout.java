package io.rangefinder.engine.session;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which tensors of a model with static shapes carry the batch, always as their first axis.
 *
 * <p>An input that does not carry it is one value for all samples. An output that does not is a
 * value of the whole batch: it can't be cut or joined, so such a model runs batches of exactly
 * {@link #size}.
 *
 * @param size the length of the batch axis, at least 1
 * @param tensors names of the inputs and outputs that carry it; none if no input does
 */
public record BatchLayout(int size, Set<String> tensors) {

    /**
     * Copies the names.
     *
     * @param size the length of the batch axis
     * @param tensors names of the tensors that carry it
     * @throws IllegalArgumentException if {@code size} is not positive
     */
    public BatchLayout {
        if (size < 1) {
            throw new IllegalArgumentException("a batch of " + size + " holds no sample");
        }
        tensors = Set.copyOf(tensors);
    }

    /**
     * The layout that shapes suggest: the batch is the first axis of the first input that has axes,
     * and every tensor carries it whose first axis has that length. Where a model with a free batch
     * is known, {@link #of} knows for certain.
     *
     * @param inputs a model's inputs, with static shapes
     * @param outputs a model's outputs, with static shapes
     * @return the layout
     */
    public static BatchLayout infer(
            List<TensorDescription> inputs, List<TensorDescription> outputs) {
        Optional<Long> first =
                inputs.stream()
                        .map(TensorDescription::shape)
                        .filter(shape -> shape.dimension() > 0)
                        .map(Shape::head)
                        .findFirst();
        if (first.isEmpty() || first.get() < 1) {
            return new BatchLayout(1, Set.of());
        }
        Set<String> carriers = new LinkedHashSet<>();
        Stream.concat(inputs.stream(), outputs.stream())
                .filter(t -> t.shape().dimension() > 0 && t.shape().head() == first.get())
                .forEach(t -> carriers.add(t.name()));
        return new BatchLayout(Math.toIntExact(first.get()), carriers);
    }

    /**
     * The layout of a model whose batch was free before it was fixed.
     *
     * @param inputs the inputs, -1 for the first axis of those that carry the batch
     * @param outputs the outputs, likewise
     * @param size the batch that was chosen
     * @return the layout
     * @throws IllegalArgumentException if {@code size} is not positive
     */
    public static BatchLayout of(
            List<TensorDescription> inputs, List<TensorDescription> outputs, int size) {
        Set<String> carriers = new LinkedHashSet<>();
        Stream.concat(inputs.stream(), outputs.stream())
                .filter(t -> t.shape().dimension() > 0 && t.shape().head() < 0)
                .forEach(t -> carriers.add(t.name()));
        return new BatchLayout(size, carriers);
    }

    /**
     * Whether a tensor's first axis is the batch.
     *
     * @param tensor an input or output
     * @return true if it is
     */
    public boolean carries(TensorDescription tensor) {
        return tensors.contains(tensor.name());
    }

    /**
     * Checks that the layout is one of a model.
     *
     * @param inputs the model's inputs
     * @param outputs the model's outputs
     * @throws IllegalArgumentException if a shape is not static, if a tensor that is to carry the
     *     batch is missing or has a first axis of another length, or if outputs carry it but no
     *     input does
     */
    public void requireFits(List<TensorDescription> inputs, List<TensorDescription> outputs) {
        Set<String> missing = new LinkedHashSet<>(tensors);
        for (TensorDescription tensor : Stream.concat(inputs.stream(), outputs.stream()).toList()) {
            missing.remove(tensor.name());
            if (!tensor.isStatic()) {
                throw new IllegalArgumentException(
                        "tensor "
                                + tensor.name()
                                + " must have a static shape but has "
                                + tensor.shape());
            }
            Shape shape = tensor.shape();
            if (carries(tensor) && (shape.dimension() == 0 || shape.head() != size)) {
                throw new IllegalArgumentException(
                        "tensor "
                                + tensor.name()
                                + " of shape "
                                + shape
                                + " does not carry a batch of "
                                + size);
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("the model has no tensors " + missing);
        }
        if (!tensors.isEmpty() && inputs.stream().noneMatch(this::carries)) {
            throw new IllegalArgumentException(
                    "outputs " + tensors + " carry the batch, but no input does");
        }
    }
}
