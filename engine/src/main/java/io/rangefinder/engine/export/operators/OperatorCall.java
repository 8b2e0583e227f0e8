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
 * the graph that its nodes go into.
 */
public final class OperatorCall {

    private static final long MAX_LENGTH = 1 << 22;

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

    /**
     * The operator.
     *
     * @return its qualified name
     */
    public String name() {
        return name;
    }

    /**
     * The graph.
     *
     * @return where nodes go
     */
    public GraphBuilder graph() {
        return graph;
    }

    /**
     * The building blocks of operators.
     *
     * @return primitives that add to the graph
     */
    public Primitives primitives() {
        return primitives;
    }

    /**
     * Whether an argument is given and is not None.
     *
     * @param parameter its parameter
     * @return true if it is
     */
    public boolean has(String parameter) {
        Value value = arguments.get(parameter);
        return value != null && value != Value.None.NONE;
    }

    /**
     * An argument.
     *
     * @param parameter its parameter
     * @return its value
     * @throws UnsupportedOperatorException if this overload has no such parameter
     */
    public Value value(String parameter) {
        Value value = arguments.get(parameter);
        if (value == null) {
            throw unsupported("has no argument " + parameter);
        }
        return value;
    }

    /**
     * An argument by position.
     *
     * @param index its position
     * @return its value
     * @throws UnsupportedOperatorException if there are not as many
     */
    public Value value(int index) {
        return arguments.values().stream()
                .skip(index)
                .findFirst()
                .orElseThrow(() -> unsupported("has fewer than " + (index + 1) + " arguments"));
    }

    /**
     * The number of arguments.
     *
     * @return how many there are, defaults among them
     */
    public int count() {
        return arguments.size();
    }

    /**
     * A tensor as a variable holds it, to make views of it or to write to it.
     *
     * @param parameter its parameter
     * @return the tensor
     */
    public Value.Tensor reference(String parameter) {
        if (value(parameter) instanceof Value.Tensor tensor) {
            return tensor;
        }
        throw unsupported("takes no " + kind(value(parameter)) + " for " + parameter);
    }

    /**
     * A tensor; a number is a tensor without axes.
     *
     * @param parameter its parameter
     * @return what it holds now
     */
    public SymbolicTensor tensor(String parameter) {
        return toTensor(parameter, value(parameter));
    }

    /**
     * A tensor that may be None.
     *
     * @param parameter its parameter
     * @return the tensor, if it is given
     */
    public Optional<SymbolicTensor> optTensor(String parameter) {
        return has(parameter) ? Optional.of(tensor(parameter)) : Optional.empty();
    }

    /**
     * A list of tensors.
     *
     * @param parameter its parameter
     * @return the tensors
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
     * @param parameter its parameter
     * @return its elements
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
     * @param parameter its parameter
     * @return the number
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
     * @param parameter its parameter
     * @return the number
     */
    public Dim dim(String parameter) {
        return scalar(parameter).whole();
    }

    /**
     * A whole number.
     *
     * @param parameter its parameter
     * @return the number
     */
    public long integer(String parameter) {
        return dim(parameter).value();
    }

    /**
     * A number with fractions.
     *
     * @param parameter its parameter
     * @return the number
     */
    public double real(String parameter) {
        return scalar(parameter).real();
    }

    /**
     * A truth.
     *
     * @param parameter its parameter
     * @return the truth
     */
    public boolean truth(String parameter) {
        return scalar(parameter).truth();
    }

    /**
     * A text.
     *
     * @param parameter its parameter
     * @return the text
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
     * @param parameter its parameter
     * @return the numbers
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
     * @param parameter its parameter
     * @return the numbers
     */
    public List<Long> longs(String parameter) {
        return dims(parameter).stream().map(Dim::value).toList();
    }

    /**
     * A list of whole numbers, one for each axis of an image; one number stands for all.
     *
     * @param parameter its parameter
     * @param count how many there are to be
     * @return the numbers
     */
    public List<Long> longs(String parameter, int count) {
        List<Long> values = longs(parameter);
        return values.size() == 1 ? Collections.nCopies(count, values.get(0)) : values;
    }

    /**
     * An element type, which TorchScript gives as PyTorch's number.
     *
     * @param parameter its parameter
     * @return the type, if it is given
     */
    public Optional<ElementType> type(String parameter) {
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
     * @param parameter its parameter
     * @param rank the number of axes
     * @return an axis from 0
     */
    public int axis(String parameter, int rank) {
        return axis(integer(parameter), rank);
    }

    /**
     * Counts an axis from the front.
     *
     * @param axis an axis, from the end if negative
     * @param rank the number of axes
     * @return an axis from 0
     * @throws UnsupportedOperatorException if there is no such axis
     */
    public int axis(long axis, int rank) {
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
     * @param parameter its parameter
     * @param rank the number of axes
     * @return axes from 0
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
     * @return the value
     */
    public static Value.Tensor result(SymbolicTensor tensor) {
        return new Value.Tensor(tensor);
    }

    /**
     * Several tensors as a result.
     *
     * @param tensors the tensors
     * @return a tuple of them
     */
    public static Value results(SymbolicTensor... tensors) {
        return Value.Tuple.of(List.of(tensors).stream().map(OperatorCall::result).toList());
    }

    /**
     * What to throw if the arguments can't be exported.
     *
     * @param reason why, to stand behind the operator's name
     * @return the exception
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
        if (length > MAX_LENGTH) {
            throw unsupported("makes " + length + " elements; at most " + MAX_LENGTH + " are");
        }
    }

    private static String kind(Value value) {
        return value.getClass().getSimpleName();
    }
}
