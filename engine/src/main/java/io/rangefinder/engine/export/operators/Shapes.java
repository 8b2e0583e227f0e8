package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that ask for shapes and types, or change shapes. Stateless. */
final class Shapes {

    private Shapes() {}

    static Value size(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        if (call.has("dim")) {
            return new Value.Int(x.dim(call.axis("dim", x.rank())));
        }
        return ints(x.shape());
    }

    static Value ints(List<Dim> dims) {
        return new Value.ListOf(new ArrayList<>(dims.stream().map(Value.Int::new).toList()));
    }

    static Value dim(OperatorCall call) {
        SymbolicTensor x =
                call.value("self") instanceof Value.Nested nested
                        ? nested.padded()
                        : call.tensor("self");
        return Value.Int.of(x.rank());
    }

    static Value numel(OperatorCall call) {
        return new Value.Int(call.tensor("self").count());
    }

    static Value dtype(OperatorCall call) {
        if (call.value(0) instanceof Value.Tensor tensor) {
            return Value.Int.of(tensor.get().type().pyTorch());
        }
        if (call.value(0) instanceof Value.Nested nested) {
            return Value.Int.of(nested.padded().type().pyTorch());
        }
        throw call.unsupported("asks for the type of what is no tensor");
    }

    static Value isFloatingPoint(OperatorCall call) {
        return new Value.Bool(call.tensor("self").type().isFloating());
    }

    static Value view(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        if (!call.has("size")) {
            throw call.unsupported("reads the bytes as another type");
        }
        return Views.reshape(call.primitives(), x, resolve(x.get().count(), call.dims("size")));
    }

    static Value reshape(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        return Views.reshapeOrCopy(
                call.primitives(), x, resolve(x.get().count(), call.dims("shape")));
    }

    static Value contiguous(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        // 0 is PyTorch's number for contiguous memory, 1 for whatever it is.
        boolean plain = !call.has("memory_format") || call.integer("memory_format") < 2;
        boolean contiguous = x.strides().areContiguous(x.get().shape());
        return plain && contiguous ? x : OperatorCall.result(x.get());
    }

    /** Works out the length that is given as -1. */
    static List<Dim> resolve(Dim count, List<Dim> shape) {
        int open = shape.indexOf(Dim.of(-1));
        if (open < 0) {
            return shape;
        }
        List<Dim> resolved = new ArrayList<>(shape);
        resolved.set(open, Dim.ONE);
        Dim others = SymbolicTensor.count(resolved);
        if (others.equals(Dim.ZERO)) {
            throw new UnsupportedOperatorException("makes shape " + shape + " of no elements");
        }
        resolved.set(open, count.floorDividedBy(others));
        return resolved;
    }

    static Value viewAs(OperatorCall call) {
        return Views.reshape(
                call.primitives(), call.reference("self"), call.tensor("other").shape());
    }

    static Value reshapeAs(OperatorCall call) {
        return Views.reshapeOrCopy(
                call.primitives(), call.reference("self"), call.tensor("other").shape());
    }

    static Value flatten(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        List<Dim> shape = x.get().shape();
        if (shape.isEmpty()) {
            return Views.reshapeOrCopy(call.primitives(), x, List.of(Dim.ONE));
        }
        int from = call.axis("start_dim", shape.size());
        int to = call.axis("end_dim", shape.size());
        List<Dim> flat = new ArrayList<>(shape.subList(0, from));
        flat.add(SymbolicTensor.count(shape.subList(from, to + 1)));
        flat.addAll(shape.subList(to + 1, shape.size()));
        return Views.reshapeOrCopy(call.primitives(), x, flat);
    }

    static Value unflatten(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        List<Dim> shape = x.get().shape();
        int axis = call.axis("dim", shape.size());
        List<Dim> result = new ArrayList<>(shape.subList(0, axis));
        result.addAll(resolve(shape.get(axis), call.dims("sizes")));
        result.addAll(shape.subList(axis + 1, shape.size()));
        return Views.reshape(call.primitives(), x, result);
    }

    static Value permute(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int rank = x.get().rank();
        List<Integer> order = call.longs("dims").stream().map(d -> call.axis(d, rank)).toList();
        return Views.permute(call.primitives(), x, order);
    }

    static Value transpose(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int rank = x.get().rank();
        boolean axes = call.has("axis0");
        return transposed(
                call,
                x,
                call.axis(axes ? "axis0" : "dim0", rank),
                call.axis(axes ? "axis1" : "dim1", rank));
    }

    static Value matrixTranspose(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        return x.get().rank() < 2 ? x : transposed(call, x, 0, 1);
    }

    private static Value transposed(OperatorCall call, Value.Tensor x, int a, int b) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.get().rank()).boxed().toList());
        if (!order.isEmpty()) {
            Collections.swap(order, a, b);
        }
        return Views.permute(call.primitives(), x, order);
    }

    static Value squeeze(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        List<Integer> axes = new ArrayList<>(call.axes("dim", x.get().rank()));
        Collections.reverse(axes);
        for (int axis : axes) {
            if (x.get().rank() > 0 && x.get().dim(axis).is(1)) {
                x = Views.squeeze(call.primitives(), x, axis);
            }
        }
        return x;
    }

    static Value unsqueeze(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        return Views.unsqueeze(call.primitives(), x, call.axis("dim", x.get().rank() + 1));
    }

    static Value expand(OperatorCall call) {
        return expanded(call, call.dims("size"));
    }

    static Value expandAs(OperatorCall call) {
        return expanded(call, call.tensor("other").shape());
    }

    private static Value expanded(OperatorCall call, List<Dim> size) {
        Value.Tensor x = call.reference("self");
        List<Dim> from = x.get().shape();
        List<Dim> shape = new ArrayList<>(size);
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i).is(-1)) {
                shape.set(i, from.get(i - shape.size() + from.size()));
            }
        }
        // Says so if it can't be done.
        Primitives.broadcast(from, shape);
        return Views.expand(call.primitives(), x, shape);
    }

    static Value movedim(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int rank = x.get().rank();
        List<Integer> from = call.longs("source").stream().map(d -> call.axis(d, rank)).toList();
        List<Integer> to = call.longs("destination").stream().map(d -> call.axis(d, rank)).toList();
        List<Integer> others = leading(rank);
        others.removeAll(from);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            order.add(to.contains(i) ? from.get(to.indexOf(i)) : others.remove(0));
        }
        return Views.permute(call.primitives(), x, order);
    }

    /** The first axes, open for more. */
    static List<Integer> leading(int count) {
        return new ArrayList<>(IntStream.range(0, count).boxed().toList());
    }

    /** The last two axes exchanged. */
    static Value transposeLast(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int rank = x.get().rank();
        return rank < 2 ? x : transposed(call, x, rank - 2, rank - 1);
    }

    static Value ravel(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        return Views.reshapeOrCopy(call.primitives(), x, List.of(x.get().count()));
    }
}
