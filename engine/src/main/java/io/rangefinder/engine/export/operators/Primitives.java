package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ONNX operations that operators are made of. Each knows its result's shape, and computes at
 * once what follows from few known elements. Tensors that meet have one type; their shapes are
 * broadcast.
 */
public final class Primitives extends ShapePrimitives {

    Primitives(GraphBuilder graph) {
        super(graph);
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
     * @param x the tensor
     * @param type their new type
     * @return the tensor of that type
     */
    public SymbolicTensor cast(SymbolicTensor x, ElementType type) {
        if (x.type() == type) {
            return x;
        }
        if (x.type().inGraph() == type.inGraph()) {
            return new SymbolicTensor(type, x.shape(), x.source());
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
     * An operation of ONNX on each element, which keeps the type.
     *
     * @param operator the operation: {@code Exp}
     * @param x the tensor
     * @param attributes its attributes
     * @return the result
     */
    public SymbolicTensor unary(String operator, SymbolicTensor x, AttributeProto... attributes) {
        return Scalars.unary(operator, x)
                .orElseGet(() -> graph.node(operator, x.type(), x.shape(), List.of(x), attributes));
    }

    /**
     * A question of ONNX about each element.
     *
     * @param operator the question: {@code IsNaN}
     * @param x the tensor
     * @return truths
     */
    public SymbolicTensor test(String operator, SymbolicTensor x) {
        return graph.node(operator, ElementType.BOOL, x.shape(), List.of(x));
    }

    /**
     * An operation of ONNX on each pair of elements.
     *
     * @param operator the operation: {@code Add}, {@code Pow}, …
     * @param a the first tensor
     * @param b the second tensor
     * @return the result, of their type
     */
    public SymbolicTensor binary(String operator, SymbolicTensor a, SymbolicTensor b) {
        return binary(operator, a, b, a.type());
    }

    /**
     * A comparison or a logical operation.
     *
     * @param operator the operation: {@code Less}, {@code And}, …
     * @param a the first tensor
     * @param b the second tensor
     * @return truths
     */
    public SymbolicTensor compare(String operator, SymbolicTensor a, SymbolicTensor b) {
        return binary(operator, a, b, ElementType.BOOL);
    }

    private SymbolicTensor binary(
            String operator, SymbolicTensor a, SymbolicTensor b, ElementType type) {
        List<Dim> shape = broadcast(a.shape(), b.shape());
        return known(operator, a, b, type, shape)
                .orElseGet(() -> calculated(operator, a, b, type, shape));
    }

    /**
     * ONNX Runtime calculates with whole numbers of 32 bits or more; fewer bits overflow so, too.
     */
    private SymbolicTensor calculated(
            String operator,
            SymbolicTensor a,
            SymbolicTensor b,
            ElementType type,
            List<Dim> shape) {
        boolean few =
                switch (a.type()) {
                    case UINT8, INT8, INT16 -> true;
                    default -> false;
                };
        if (!few) {
            return graph.node(operator, type, shape, List.of(a, b));
        }
        List<SymbolicTensor> wide = List.of(cast(a, ElementType.INT32), cast(b, ElementType.INT32));
        ElementType made = type == ElementType.BOOL ? type : ElementType.INT32;
        return cast(graph.node(operator, made, shape, wide), type);
    }

    /**
     * A sum.
     *
     * @param a the first tensor
     * @param b the second tensor
     * @return a + b
     */
    public SymbolicTensor add(SymbolicTensor a, SymbolicTensor b) {
        return binary("Add", a, b);
    }

    /**
     * A sum.
     *
     * @param a the tensor
     * @param b the number
     * @return a + b
     */
    public SymbolicTensor add(SymbolicTensor a, double b) {
        return b == 0 ? a : add(a, number(b, a));
    }

    /**
     * A difference.
     *
     * @param a the first tensor
     * @param b the second tensor
     * @return a - b
     */
    public SymbolicTensor sub(SymbolicTensor a, SymbolicTensor b) {
        return binary("Sub", a, b);
    }

    /**
     * A product of elements.
     *
     * @param a the first tensor
     * @param b the second tensor
     * @return a * b
     */
    public SymbolicTensor mul(SymbolicTensor a, SymbolicTensor b) {
        return binary("Mul", a, b);
    }

    /**
     * A product.
     *
     * @param a the tensor
     * @param b the number
     * @return a * b
     */
    public SymbolicTensor mul(SymbolicTensor a, double b) {
        return b == 1 ? a : mul(a, number(b, a));
    }

    /**
     * A quotient; whole numbers are divided towards zero.
     *
     * @param a the first tensor
     * @param b the second tensor
     * @return a / b
     */
    public SymbolicTensor div(SymbolicTensor a, SymbolicTensor b) {
        return binary("Div", a, b);
    }

    /** {@code FloorDivide} or {@code Remainder}, which ONNX has not, if the elements are known. */
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
     * Where the condition holds the first, elsewhere the second.
     *
     * @param condition truths
     * @param a the first tensor
     * @param b the second tensor
     * @return the chosen elements
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
     * @param a the first tensor
     * @param b the second tensor
     * @return the product
     * @throws UnsupportedOperatorException if their shapes do not fit
     */
    public SymbolicTensor matmul(SymbolicTensor a, SymbolicTensor b) {
        List<Dim> left = a.shape();
        List<Dim> right = b.shape();
        Dim inner = right.get(right.size() == 1 ? 0 : right.size() - 2);
        if (!left.get(left.size() - 1).equalTo(inner)) {
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
     * One number of many along axes.
     *
     * @param operator which: {@code ReduceMean}, …
     * @param x the tensor
     * @param axes the axes, from 0
     * @param keep whether they stay with length 1
     * @return the numbers
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
     * The shape that both shapes can be expanded to.
     *
     * @throws UnsupportedOperatorException if there is none
     */
    static List<Dim> broadcast(List<Dim> a, List<Dim> b) {
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
                throw new BatchDependentException("broadcasts shapes " + a + " and " + b, x, y);
            }
        }
        return shape;
    }
}
