package io.rangefinder.engine.export.symbolic;

import java.util.ArrayList;
import java.util.List;

/**
 * A tensor while the model is executed symbolically: type and shape are known, elements only if
 * they are few. Immutable.
 *
 * <p>The elements of a complex tensor are real ones: its source is that of its {@link #realView()},
 * which has one more axis, of the real and the imaginary part.
 *
 * @param type its element type
 * @param shape the length of each axis
 * @param source where its elements come from
 */
public record SymbolicTensor(ElementType type, List<Dim> shape, Source source) {

    /**
     * Copies the shape.
     *
     * @param type its element type
     * @param shape the length of each axis
     * @param source where its elements come from
     * @throws ArithmeticException if an axis has a negative length
     */
    public SymbolicTensor {
        shape = List.copyOf(shape);
        for (Dim length : shape) {
            if (length.isConstant() && length.constant() < 0) {
                throw new ArithmeticException("a tensor of shape " + shape);
            }
        }
    }

    /**
     * A tensor of known elements of one axis or none.
     *
     * @param type its element type
     * @param shape the length of each axis
     * @param values its elements
     * @return the tensor
     */
    public static SymbolicTensor of(
            ElementType type, List<Dim> shape, List<? extends Value.Scalar> values) {
        return new SymbolicTensor(type, shape, new Source.Elements(List.copyOf(values)));
    }

    /**
     * A weight of the source.
     *
     * @param view where its elements are
     * @param path the path of the parameter or buffer that it is
     * @return the tensor
     */
    public static SymbolicTensor stored(WeightView view, String path) {
        List<Dim> shape = view.shape().stream().map(Dim::of).toList();
        return new SymbolicTensor(view.type(), shape, new Source.Stored(view, path));
    }

    /**
     * A tensor without axes.
     *
     * @param type its element type
     * @param value its element
     * @return the tensor
     */
    public static SymbolicTensor scalar(ElementType type, Value.Scalar value) {
        return of(type, List.of(), List.of(value));
    }

    /**
     * The number of axes.
     *
     * @return its rank
     */
    public int rank() {
        return shape.size();
    }

    /**
     * The length of an axis.
     *
     * @param axis the axis, from the end if negative
     * @return its length
     */
    public Dim dim(int axis) {
        return shape.get(axis < 0 ? axis + rank() : axis);
    }

    /**
     * The number of elements.
     *
     * @return the product of the shape
     */
    public Dim count() {
        return count(shape);
    }

    /**
     * The number of elements of a shape.
     *
     * @param shape the length of each axis
     * @return their product
     */
    public static Dim count(List<Dim> shape) {
        Dim count = Dim.ONE;
        for (Dim dim : shape) {
            count = count.times(dim);
        }
        return count;
    }

    /**
     * Whether its elements do not depend on the model's inputs.
     *
     * @return true if they don't
     */
    public boolean isConstant() {
        return !(source instanceof Source.Computed computed) || computed.constant();
    }

    /**
     * The parts of complex numbers, as PyTorch's {@code view_as_real} shows them.
     *
     * @return the same elements as real numbers with a last axis of two
     */
    public SymbolicTensor realView() {
        List<Dim> parts = new ArrayList<>(shape);
        parts.add(Dim.of(2));
        return new SymbolicTensor(type.part(), parts, source);
    }

    /**
     * The complex numbers whose parts these are, as PyTorch's {@code view_as_complex} shows them.
     *
     * @return the same elements as complex numbers, without the last axis, which must be of two
     */
    public SymbolicTensor complexView() {
        return new SymbolicTensor(type.complex(), shape.subList(0, rank() - 1), source);
    }

    /**
     * The same elements in another shape.
     *
     * @param newShape a shape with as many elements
     * @param newSource where they come from
     * @return the tensor
     */
    public SymbolicTensor with(List<Dim> newShape, Source newSource) {
        return new SymbolicTensor(type, newShape, newSource);
    }
}
