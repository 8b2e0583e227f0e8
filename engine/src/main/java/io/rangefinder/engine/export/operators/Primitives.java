package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.capture.archive.StoredTensor;
import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The ONNX operations that operators are made of. Each knows its result's shape; what changes
 * nothing is left out, and views of weights stay views, so that no node is made for them.
 */
public final class Primitives {

    private final GraphBuilder graph;

    Primitives(GraphBuilder graph) {
        this.graph = graph;
    }

    /**
     * A number as a tensor of the type of another.
     *
     * @param value the number
     * @param like the other tensor
     * @return a tensor without axes
     */
    public SymbolicTensor number(double value, SymbolicTensor like) {
        return graph.scalar(like.type(), value);
    }

    /**
     * Converts the elements.
     *
     * @param x a tensor
     * @param type the type to have
     * @return the tensor in that type
     */
    public SymbolicTensor cast(SymbolicTensor x, ElementType type) {
        if (x.type() == type) {
            return x;
        }
        if (x.source() instanceof Source.Stored && x.rank() == 0) {
            return cast(read(x), type);
        }
        if (x.source() instanceof Source.Range && type != ElementType.BOOL) {
            return new SymbolicTensor(type, x.shape(), x.source());
        }
        // Rounding to 16 bits is left to ONNX.
        boolean exact = type.bytes() != 2;
        if (exact && x.source() instanceof Source.Elements elements) {
            return SymbolicTensor.of(type, x.shape(), Scalars.convert(elements.values(), type));
        }
        if (exact && x.source() instanceof Source.Filled filled) {
            return new SymbolicTensor(
                    type,
                    x.shape(),
                    new Source.Filled(Scalars.convert(List.of(filled.value()), type).get(0)));
        }
        return graph.node(
                "Cast", type, x.shape(), List.of(x), Attributes.of("to", (long) type.onnx()));
    }

    /**
     * An operation on each element.
     *
     * @param operator ONNX's operator
     * @param x a tensor
     * @param attributes the operator's attributes
     * @return a tensor of the same type and shape
     */
    public SymbolicTensor unary(String operator, SymbolicTensor x, AttributeProto... attributes) {
        return Scalars.unary(operator, x)
                .orElseGet(() -> graph.node(operator, x.type(), x.shape(), List.of(x), attributes));
    }

    /**
     * A question about each element.
     *
     * @param operator ONNX's operator: {@code IsNaN}
     * @param x a tensor
     * @return a tensor of truths
     */
    public SymbolicTensor test(String operator, SymbolicTensor x) {
        return graph.node(operator, ElementType.BOOL, x.shape(), List.of(x));
    }

    /**
     * An operation on each pair of elements, with broadcasting.
     *
     * @param operator ONNX's operator: {@code Add}, {@code Mul}, {@code Pow}, …
     * @param a a tensor
     * @param b a tensor of the same type
     * @return a tensor of that type
     */
    public SymbolicTensor binary(String operator, SymbolicTensor a, SymbolicTensor b) {
        return binary(operator, a, b, a.type());
    }

    /**
     * A comparison or a logical operation on each pair of elements, with broadcasting.
     *
     * @param operator ONNX's operator: {@code Less}, {@code Equal}, {@code And}, …
     * @param a a tensor
     * @param b a tensor of the same type
     * @return a tensor of truths
     */
    public SymbolicTensor compare(String operator, SymbolicTensor a, SymbolicTensor b) {
        return binary(operator, a, b, ElementType.BOOL);
    }

    private SymbolicTensor binary(
            String operator, SymbolicTensor a, SymbolicTensor b, ElementType type) {
        List<Dim> shape = broadcast(a.shape(), b.shape());
        return known(operator, a, b, type, shape)
                .orElseGet(() -> graph.node(operator, type, shape, List.of(a, b)));
    }

    /**
     * The sum.
     *
     * @param a a tensor
     * @param b a tensor of the same type
     * @return {@code a + b}
     */
    public SymbolicTensor add(SymbolicTensor a, SymbolicTensor b) {
        return binary("Add", a, b);
    }

    /**
     * The sum with a number.
     *
     * @param a a tensor
     * @param b a number
     * @return {@code a + b}
     */
    public SymbolicTensor add(SymbolicTensor a, double b) {
        return b == 0 ? a : add(a, number(b, a));
    }

    /**
     * The difference.
     *
     * @param a a tensor
     * @param b a tensor of the same type
     * @return {@code a - b}
     */
    public SymbolicTensor sub(SymbolicTensor a, SymbolicTensor b) {
        return binary("Sub", a, b);
    }

    /**
     * The product.
     *
     * @param a a tensor
     * @param b a tensor of the same type
     * @return {@code a * b}
     */
    public SymbolicTensor mul(SymbolicTensor a, SymbolicTensor b) {
        return binary("Mul", a, b);
    }

    /**
     * The product with a number.
     *
     * @param a a tensor
     * @param b a number
     * @return {@code a * b}
     */
    public SymbolicTensor mul(SymbolicTensor a, double b) {
        return b == 1 ? a : mul(a, number(b, a));
    }

    /**
     * The quotient; whole numbers are divided towards zero, as ONNX does.
     *
     * @param a a tensor
     * @param b a tensor of the same type
     * @return {@code a / b}
     */
    public SymbolicTensor div(SymbolicTensor a, SymbolicTensor b) {
        return binary("Div", a, b);
    }

    /**
     * An operation that ONNX has not, on elements that are known.
     *
     * @param operation {@code FloorDivide} or {@code Remainder}
     * @param a a tensor
     * @param b a tensor of the same type
     * @return a tensor of that type, if the elements of both are known
     */
    Optional<SymbolicTensor> known(String operation, SymbolicTensor a, SymbolicTensor b) {
        return known(operation, a, b, a.type(), broadcast(a.shape(), b.shape()));
    }

    private Optional<SymbolicTensor> known(
            String operator,
            SymbolicTensor a,
            SymbolicTensor b,
            ElementType type,
            List<Dim> shape) {
        // What is known may depend on the batch; constants beside it are read, then.
        boolean beside =
                shape.isEmpty()
                        && (a.source() instanceof Source.Elements
                                || b.source() instanceof Source.Elements);
        return beside
                ? Scalars.binary(operator, read(a), read(b), type, shape)
                : Scalars.binary(operator, a, b, type, shape);
    }

    /** A constant without axes, as a number that is known. */
    private SymbolicTensor read(SymbolicTensor x) {
        return x.isConstant()
                ? graph.elements(x)
                        .map(values -> SymbolicTensor.of(x.type(), x.shape(), values))
                        .orElse(x)
                : x;
    }

    /**
     * One or the other, element by element, with broadcasting.
     *
     * @param condition truths
     * @param a what is taken where they hold
     * @param b a tensor of the same type, what is taken elsewhere
     * @return a tensor of that type
     */
    public SymbolicTensor where(SymbolicTensor condition, SymbolicTensor a, SymbolicTensor b) {
        List<Dim> shape = broadcast(condition.shape(), broadcast(a.shape(), b.shape()));
        return Scalars.where(condition, a, b, shape)
                .orElseGet(() -> selected(condition, a, b, shape));
    }

    /** ONNX Runtime chooses among few types. */
    private SymbolicTensor selected(
            SymbolicTensor condition, SymbolicTensor a, SymbolicTensor b, List<Dim> shape) {
        ElementType type =
                switch (a.type()) {
                    case BOOL, INT8, INT16 -> ElementType.INT32;
                    default -> a.type();
                };
        SymbolicTensor chosen =
                graph.node("Where", type, shape, List.of(condition, cast(a, type), cast(b, type)));
        return cast(chosen, a.type());
    }

    /**
     * The product of matrices, with PyTorch's and NumPy's rules for more and fewer axes.
     *
     * @param a a tensor of one axis or more
     * @param b a tensor of the same type, of one axis or more
     * @return the product
     */
    public SymbolicTensor matmul(SymbolicTensor a, SymbolicTensor b) {
        List<Dim> left = a.shape();
        List<Dim> right = b.shape();
        Dim inner = right.get(right.size() == 1 ? 0 : right.size() - 2);
        if (!left.get(left.size() - 1).equals(inner)) {
            throw new UnsupportedOperatorException(
                    "multiplies matrices of shapes " + left + " and " + right);
        }
        List<Dim> shape = new ArrayList<>();
        if (left.size() > 2 || right.size() > 2) {
            shape.addAll(
                    broadcast(
                            left.subList(0, Math.max(0, left.size() - 2)),
                            right.subList(0, Math.max(0, right.size() - 2))));
        }
        if (left.size() > 1) {
            shape.add(left.get(left.size() - 2));
        }
        if (right.size() > 1) {
            shape.add(right.get(right.size() - 1));
        }
        return graph.node("MatMul", a.type(), shape, List.of(a, b));
    }

    /**
     * Another shape with the same elements.
     *
     * @param x a tensor
     * @param shape a shape with as many elements
     * @return the tensor in that shape
     * @throws UnsupportedOperatorException if it has another number of elements
     */
    public SymbolicTensor reshape(SymbolicTensor x, List<Dim> shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (!x.count().equals(SymbolicTensor.count(shape))) {
            if (x.count().isConstant() == SymbolicTensor.count(shape).isConstant()) {
                throw new UnsupportedOperatorException("makes shape " + shape + " of " + x.shape());
            }
            throw new BatchDependentException("makes shape " + shape + " of " + x.shape());
        }
        if (x.source() instanceof Source.Elements || x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        if (x.source() instanceof Source.Stored stored) {
            List<Long> lengths = shape.stream().map(Dim::value).toList();
            var view = StoredViews.reshape(stored.tensor(), lengths);
            if (view.isPresent()) {
                return x.with(shape, new Source.Stored(view.get(), stored.path() + ".reshaped"));
            }
        }
        return graph.node("Reshape", x.type(), shape, List.of(x, reshapeTarget(x, shape)));
    }

    /** One length may be left to ONNX (-1), and one that stays where it is (0). */
    private SymbolicTensor reshapeTarget(SymbolicTensor x, List<Dim> shape) {
        List<Long> target = new ArrayList<>();
        boolean open = true;
        boolean empty = shape.contains(Dim.ZERO);
        for (int i = 0; i < shape.size(); i++) {
            Dim dim = shape.get(i);
            boolean kept = i < x.rank() && x.dim(i).equals(dim);
            if (dim.isConstant()) {
                target.add(dim.value());
            } else if (kept && !empty) {
                target.add(0L);
            } else if (open && !empty) {
                target.add(-1L);
                open = false;
            } else {
                return graph.dims(shape);
            }
        }
        return graph.longs(target);
    }

    /**
     * Another order of the axes.
     *
     * @param x a tensor
     * @param order the old axis of each new one
     * @return the tensor in that order
     */
    public SymbolicTensor permute(SymbolicTensor x, List<Integer> order) {
        if (order.equals(IntStream.range(0, x.rank()).boxed().toList())) {
            return x;
        }
        List<Dim> shape = order.stream().map(x::dim).toList();
        if (x.source() instanceof Source.Stored stored) {
            StoredTensor view = StoredViews.permute(stored.tensor(), order);
            return x.with(shape, new Source.Stored(view, transposed(stored.path())));
        }
        if (x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        return graph.node(
                "Transpose",
                x.type(),
                shape,
                List.of(x),
                Attributes.of("perm", order.stream().map(Integer::longValue).toList()));
    }

    private static String transposed(String path) {
        String suffix = ".transposed";
        return path.endsWith(suffix)
                ? path.substring(0, path.length() - suffix.length())
                : path + suffix;
    }

    /**
     * Exchanges two axes.
     *
     * @param x a tensor
     * @param a an axis from 0
     * @param b another
     * @return the tensor with both exchanged
     */
    public SymbolicTensor transpose(SymbolicTensor x, int a, int b) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        if (x.rank() > 0) {
            Collections.swap(order, a, b);
        }
        return permute(x, order);
    }

    /**
     * Adds an axis of length 1.
     *
     * @param x a tensor
     * @param axis where, from 0
     * @return the tensor with one more axis
     */
    public SymbolicTensor unsqueeze(SymbolicTensor x, int axis) {
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.add(axis, Dim.ONE);
        if (!(x.source() instanceof Source.Computed)) {
            return reshape(x, shape);
        }
        return graph.node("Unsqueeze", x.type(), shape, List.of(x, graph.longs(axis)));
    }

    /**
     * Removes an axis of length 1.
     *
     * @param x a tensor
     * @param axis which, from 0
     * @return the tensor without it
     */
    public SymbolicTensor squeeze(SymbolicTensor x, int axis) {
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        if (!(x.source() instanceof Source.Computed)) {
            return reshape(x, shape);
        }
        return graph.node("Squeeze", x.type(), shape, List.of(x, graph.longs(axis)));
    }

    /**
     * Part of an axis.
     *
     * @param x a tensor
     * @param axis the axis, from 0
     * @param start the first index, from 0
     * @param end the index after the last, at most the axis's length
     * @param step the step, positive
     * @return the tensor with that part of the axis
     */
    public SymbolicTensor slice(SymbolicTensor x, int axis, Dim start, Dim end, long step) {
        boolean whole = start.is(0) && end.equals(x.dim(axis)) && step == 1;
        if (whole) {
            return x;
        }
        List<Dim> shape = new ArrayList<>(x.shape());
        Dim length = end.minus(start).plus(Dim.of(step - 1)).floorDividedBy(Dim.of(step));
        shape.set(axis, length);
        if (x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        if (x.source() instanceof Source.Stored stored) {
            StoredTensor view =
                    StoredViews.slice(stored.tensor(), axis, start.value(), length.value(), step);
            return x.with(shape, new Source.Stored(view, stored.path() + ".part"));
        }
        if (x.source() instanceof Source.Elements elements && x.rank() == 1) {
            List<io.rangefinder.engine.export.symbolic.Value.Scalar> part = new ArrayList<>();
            for (long i = start.value(); i < end.value(); i += step) {
                part.add(elements.values().get((int) i));
            }
            return SymbolicTensor.of(x.type(), shape, part);
        }
        // To the end of the axis, wherever that is.
        Dim to = end.equals(x.dim(axis)) ? Dim.of(Long.MAX_VALUE) : end;
        return graph.node(
                "Slice",
                x.type(),
                shape,
                List.of(
                        x,
                        graph.dims(List.of(start)),
                        graph.dims(List.of(to)),
                        graph.longs(axis),
                        graph.longs(step)));
    }

    /**
     * One index of an axis.
     *
     * @param x a tensor
     * @param axis the axis, from 0
     * @param index the index, from 0
     * @return the tensor without that axis
     */
    public SymbolicTensor select(SymbolicTensor x, int axis, Dim index) {
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        if (!(x.source() instanceof Source.Computed)) {
            return reshape(slice(x, axis, index, index.plus(Dim.ONE), 1), shape);
        }
        if (x.dim(axis).is(1)) {
            return squeeze(x, axis);
        }
        // An index from the end holds for every batch.
        Dim fromEnd = index.minus(x.dim(axis));
        Dim at = !index.isConstant() && fromEnd.isConstant() ? fromEnd : index;
        SymbolicTensor position =
                SymbolicTensor.scalar(
                        ElementType.INT64, new io.rangefinder.engine.export.symbolic.Value.Int(at));
        return graph.node(
                "Gather",
                x.type(),
                shape,
                List.of(x, position),
                Attributes.of("axis", (long) axis));
    }

    /**
     * Tensors one after the other.
     *
     * @param parts tensors of the same type, and of the same shape but for that axis
     * @param axis the axis along which they are put together, from 0
     * @return all of them as one
     */
    public SymbolicTensor concat(List<SymbolicTensor> parts, int axis) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<Dim> shape = new ArrayList<>(parts.get(0).shape());
        Dim length = Dim.ZERO;
        for (SymbolicTensor part : parts) {
            length = length.plus(part.dim(axis));
            for (int i = 0; i < shape.size(); i++) {
                // A trace may hold a length that only the traced batch has.
                if (i != axis && !part.dim(i).equalTo(shape.get(i))) {
                    throw new UnsupportedOperatorException(
                            "puts together shapes "
                                    + parts.get(0).shape()
                                    + " and "
                                    + part.shape());
                }
            }
        }
        shape.set(axis, length);
        return Scalars.concat(parts, shape)
                .orElseGet(
                        () ->
                                graph.node(
                                        "Concat",
                                        parts.get(0).type(),
                                        shape,
                                        parts,
                                        Attributes.of("axis", (long) axis)));
    }

    /**
     * Repeats what has length 1.
     *
     * @param x a tensor
     * @param shape the shape to have; it may have more axes in front
     * @return the tensor in that shape
     */
    public SymbolicTensor expand(SymbolicTensor x, List<Dim> shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (x.source() instanceof Source.Filled) {
            return x.with(shape, x.source());
        }
        if (x.source() instanceof Source.Elements elements && elements.values().size() == 1) {
            return x.with(shape, new Source.Filled(elements.values().get(0)));
        }
        // Where it keeps its length ONNX is told 1, which holds for every batch.
        List<Dim> target = new ArrayList<>(shape);
        int more = shape.size() - x.rank();
        for (int i = more; i < shape.size(); i++) {
            if (x.dim(i - more).equals(shape.get(i))) {
                target.set(i, Dim.ONE);
            }
        }
        return graph.node("Expand", x.type(), shape, List.of(x, graph.dims(target)));
    }

    /**
     * One number of many, along axes.
     *
     * @param operator ONNX's operator: {@code ReduceMean}, {@code ReduceMax}, …
     * @param x a tensor
     * @param axes the axes, from 0
     * @param keep whether they stay, with length 1
     * @return the reduced tensor
     */
    public SymbolicTensor reduce(
            String operator, SymbolicTensor x, List<Integer> axes, boolean keep) {
        if (x.rank() == 0) {
            return x;
        }
        List<Dim> shape = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (!axes.contains(i)) {
                shape.add(x.dim(i));
            } else if (keep) {
                shape.add(Dim.ONE);
            }
        }
        return Scalars.reduce(operator, x, shape)
                .orElseGet(() -> reduced(operator, x, axes, keep, shape));
    }

    private SymbolicTensor reduced(
            String operator, SymbolicTensor x, List<Integer> axes, boolean keep, List<Dim> shape) {
        List<Long> over = axes.stream().map(Integer::longValue).toList();
        AttributeProto keepdims = Attributes.of("keepdims", keep ? 1L : 0L);
        // Up to opset 17 only ReduceSum takes its axes as an input.
        return operator.equals("ReduceSum")
                ? graph.node(operator, x.type(), shape, List.of(x, graph.longs(over)), keepdims)
                : graph.node(
                        operator,
                        x.type(),
                        shape,
                        List.of(x),
                        Attributes.of("axes", over),
                        keepdims);
    }

    /**
     * The shape that two tensors have together.
     *
     * @param a a shape
     * @param b another
     * @return the shape that both can be expanded to
     * @throws UnsupportedOperatorException if there is none
     */
    public static List<Dim> broadcast(List<Dim> a, List<Dim> b) {
        int rank = Math.max(a.size(), b.size());
        List<Dim> shape = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int fromA = i - rank + a.size();
            int fromB = i - rank + b.size();
            Dim x = fromA < 0 ? Dim.ONE : a.get(fromA);
            Dim y = fromB < 0 ? Dim.ONE : b.get(fromB);
            if (x.equals(y) || y.is(1)) {
                shape.add(x);
            } else if (x.is(1)) {
                shape.add(y);
            } else if (x.isConstant() && y.isConstant()) {
                throw new UnsupportedOperatorException("broadcasts shapes " + a + " and " + b);
            } else {
                throw new BatchDependentException("broadcasts shapes " + a + " and " + b);
            }
        }
        return shape;
    }
}
