package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call of an operator: its arguments by the names of PyTorch's schema, defaults filled in, and
 * the graph that its nodes go into. An operator whose schema PyTorch does not ship has its
 * arguments by place: {@code #0}, {@code #1}, or {@link #value(int)}.
 */
public final class OperatorCall {

    private static final long MAX_LENGTH = 1 << 22;

    private static final long MAX_MASK = 1 << 24;

    private static final long MAX_PARTS = 1 << 16;

    private final String name;
    private final Map<String, Value> arguments;
    private final GraphBuilder graph;
    private final Primitives primitives;

    /**
     * A call.
     *
     * @param name the operator's qualified name, such as {@code aten::conv2d}
     * @param arguments its arguments by parameter, in the schema's order
     * @param graph the graph
     */
    public OperatorCall(String name, Map<String, Value> arguments, GraphBuilder graph) {
        this.name = name;
        this.arguments = arguments;
        this.graph = graph;
        primitives = new Primitives(graph);
    }

    /** The same call with other arguments. */
    OperatorCall with(Map<String, Value> others) {
        return new OperatorCall(name, others, graph);
    }

    /** The arguments by parameter, in the schema's order. */
    Map<String, Value> arguments() {
        return arguments;
    }

    /**
     * The operator.
     *
     * @return its qualified name, such as {@code aten::conv2d}
     */
    public String name() {
        return name;
    }

    /**
     * The graph that nodes go into.
     *
     * @return the graph
     */
    public GraphBuilder graph() {
        return graph;
    }

    /**
     * The building blocks of operators.
     *
     * @return they add their nodes to {@link #graph}
     */
    public Primitives primitives() {
        return primitives;
    }

    /**
     * Whether an argument is given and is not None.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return whether it has a value
     */
    public boolean has(String parameter) {
        Value value = arguments.get(parameter);
        return value != null && value != Value.None.NONE;
    }

    /**
     * An argument.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return its value
     * @throws UnsupportedOperatorException if it is not given
     */
    public Value value(String parameter) {
        Value value = arguments.get(parameter);
        if (value == null) {
            throw unsupported("has no argument " + parameter);
        }
        return value;
    }

    /**
     * An argument by position, for operators whose schema is not known.
     *
     * @param index its place, from 0
     * @return its value
     * @throws UnsupportedOperatorException if there are fewer
     */
    public Value value(int index) {
        return arguments.values().stream()
                .skip(index)
                .findFirst()
                .orElseThrow(() -> unsupported("has fewer than " + (index + 1) + " arguments"));
    }

    /**
     * The number of arguments, defaults among them.
     *
     * @return the number
     */
    public int count() {
        return arguments.size();
    }

    /** A tensor as a variable holds it, to make views of it or to write to it. */
    Value.Tensor reference(String parameter) {
        if (value(parameter) instanceof Value.Tensor tensor) {
            return tensor;
        }
        throw unsupported("takes no " + kind(value(parameter)) + " for " + parameter);
    }

    /**
     * A tensor; a number is a tensor without axes.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the tensor
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public SymbolicTensor tensor(String parameter) {
        return toTensor(parameter, value(parameter));
    }

    /**
     * A tensor that may be None.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the tensor, or empty for None
     * @throws UnsupportedOperatorException if it is of another kind
     */
    public Optional<SymbolicTensor> optTensor(String parameter) {
        return has(parameter) ? Optional.of(tensor(parameter)) : Optional.empty();
    }

    /**
     * A list of tensors.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the tensors
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public List<SymbolicTensor> tensors(String parameter) {
        return list(parameter).stream().map(v -> toTensor(parameter, v)).toList();
    }

    private SymbolicTensor toTensor(String parameter, Value value) {
        if (value instanceof Value.Tensor tensor) {
            return tensor.get();
        }
        if (value instanceof Scalar scalar) {
            return SymbolicTensor.scalar(Promotion.typeOf(scalar), scalar);
        }
        throw unsupported("takes no " + kind(value) + " for " + parameter);
    }

    /**
     * A list or a tuple.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return its elements
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public List<Value> list(String parameter) {
        Value value = value(parameter);
        if (value instanceof Value.ListOf list) {
            return list.elements();
        }
        if (value instanceof Value.Tuple tuple) {
            return tuple.elements();
        }
        throw unsupported("takes no " + kind(value) + " for " + parameter);
    }

    /**
     * A number; a tensor of one known element is one, too.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the number
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public Scalar scalar(String parameter) {
        return toScalar(parameter, value(parameter));
    }

    private Scalar toScalar(String parameter, Value value) {
        if (value instanceof Scalar scalar) {
            return scalar;
        }
        if (value instanceof Value.Tensor tensor) {
            return graph.elements(tensor.get())
                    .filter(e -> e.size() == 1)
                    .map(e -> e.get(0))
                    .orElseThrow(
                            () ->
                                    unsupported(
                                            "takes "
                                                    + parameter
                                                    + " from a tensor whose value depends on the"
                                                    + " input"));
        }
        throw unsupported("takes no " + kind(value) + " for " + parameter);
    }

    /**
     * A whole number that may depend on the batch.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the number
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public Dim dim(String parameter) {
        return scalar(parameter).whole();
    }

    /**
     * A whole number.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the number
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public long integer(String parameter) {
        return dim(parameter).value();
    }

    /**
     * A number with fractions.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the number
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public double real(String parameter) {
        return scalar(parameter).real();
    }

    /**
     * A truth.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the truth
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public boolean truth(String parameter) {
        return scalar(parameter).truth();
    }

    /**
     * A text.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the text
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public String text(String parameter) {
        if (value(parameter) instanceof Value.Text text) {
            return text.text();
        }
        throw unsupported("takes no " + kind(value(parameter)) + " for " + parameter);
    }

    /**
     * A list of whole numbers that may depend on the batch; a single number is a list of one.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the numbers
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public List<Dim> dims(String parameter) {
        if (value(parameter) instanceof Scalar scalar) {
            return List.of(scalar.whole());
        }
        List<Dim> dims = new ArrayList<>();
        for (Value element : list(parameter)) {
            dims.add(toScalar(parameter, element).whole());
        }
        return dims;
    }

    /**
     * A list of whole numbers; a single number is a list of one.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @return the numbers
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public List<Long> longs(String parameter) {
        return dims(parameter).stream().map(Dim::value).toList();
    }

    /**
     * As many whole numbers as an image has axes; one number stands for all.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @param count how many
     * @return the numbers
     * @throws UnsupportedOperatorException if it is not given, or is of another kind
     */
    public List<Long> longs(String parameter, int count) {
        List<Long> values = longs(parameter);
        return values.size() == 1 ? Collections.nCopies(count, values.get(0)) : values;
    }

    /** The element type of real numbers, which TorchScript gives as PyTorch's number. */
    Optional<ElementType> type(String parameter) {
        Optional<ElementType> type = anyType(parameter);
        if (type.filter(ElementType::isComplex).isPresent()) {
            throw unsupported("makes complex numbers, for which it has no real form");
        }
        return type;
    }

    /** An element type, complex ones among them. */
    Optional<ElementType> anyType(String parameter) {
        if (!has(parameter)) {
            return Optional.empty();
        }
        long number = integer(parameter);
        return Optional.of(
                ElementType.ofPyTorch(number)
                        .orElseThrow(
                                () -> unsupported("has a dtype (" + number + ") without ONNX")));
    }

    /**
     * An axis, counted from the front.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @param rank the number of axes of the tensor
     * @return the axis, from 0
     * @throws UnsupportedOperatorException if the tensor has no such axis
     */
    public int axis(String parameter, int rank) {
        return axis(integer(parameter), rank);
    }

    /** Counts an axis, which may be given from the end, from the front. */
    int axis(long axis, int rank) {
        // A tensor without axes may be asked for its axis 0.
        int axes = Math.max(rank, 1);
        if (axis < -axes || axis >= axes) {
            throw unsupported("has no axis " + axis + " in a tensor of " + rank);
        }
        return (int) (axis < 0 ? axis + axes : axis);
    }

    /**
     * Axes, counted from the front, in order; all if None or none are given.
     *
     * @param parameter the parameter's name in PyTorch's schema
     * @param rank the number of axes of the tensor
     * @return the axes, from 0
     * @throws UnsupportedOperatorException if the tensor lacks one
     */
    public List<Integer> axes(String parameter, int rank) {
        List<Integer> axes = new ArrayList<>();
        if (has(parameter)) {
            longs(parameter).stream().map(a -> axis(a, rank)).sorted().forEach(axes::add);
        }
        if (axes.isEmpty()) {
            for (int i = 0; i < rank; i++) {
                axes.add(i);
            }
        }
        return axes;
    }

    /**
     * A tensor as a result.
     *
     * @param tensor the tensor
     * @return the result
     */
    public static Value.Tensor result(SymbolicTensor tensor) {
        return new Value.Tensor(tensor);
    }

    /**
     * Several tensors as a result.
     *
     * @param tensors the tensors, in order
     * @return the result
     */
    public static Value results(SymbolicTensor... tensors) {
        return Value.Tuple.of(List.of(tensors).stream().map(OperatorCall::result).toList());
    }

    /** Says that the operator does in the model what it should not do in inference. */
    void inTrainingMode(String instead) {
        graph.remark(
                name.substring(name.indexOf("::") + 2)
                        + " is in training mode and "
                        + instead
                        + "; call model.eval() before the model is traced or scripted, and capture"
                        + " its ranges anew:");
    }

    /**
     * What to throw; the reason is to stand behind the operator's name.
     *
     * @param reason such as {@code has a stride that depends on the input}
     * @return an exception to be thrown
     */
    public UnsupportedOperatorException unsupported(String reason) {
        return new UnsupportedOperatorException(reason);
    }

    /**
     * Checks how long a list or a text would get.
     *
     * @param length how many elements it would have
     * @throws UnsupportedOperatorException if that is more than a model has a use for
     */
    void checkLength(long length) {
        checkLength(length, MAX_LENGTH);
    }

    private void checkLength(long length, long most) {
        if (length > most) {
            throw unsupported("makes " + length + " elements; at most " + most + " are");
        }
    }

    /**
     * Checks how many truths a mask would have, which take little memory.
     *
     * @param rows its height
     * @param columns its width
     * @throws UnsupportedOperatorException if they are more than those of 4096 tokens
     */
    void checkMask(long rows, long columns) {
        checkLength(Math.multiplyExact(rows, columns), MAX_MASK);
    }

    /**
     * Checks into how many tensors one is divided, each of which takes more memory than an element.
     *
     * @param parts their number
     * @throws UnsupportedOperatorException if there are more than a model has a use for
     */
    void checkParts(long parts) {
        if (parts > MAX_PARTS) {
            throw unsupported("makes " + parts + " tensors; at most " + MAX_PARTS + " are");
        }
    }

    private static String kind(Value value) {
        return value.getClass().getSimpleName();
    }
}
