package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that put tensors together, take them apart, or bring them to one shape. Stateless. */
final class Joins {

    private Joins() {}

    static SymbolicTensor hstack(OperatorCall call) {
        List<SymbolicTensor> parts = atLeast(call, 1);
        return call.primitives().concat(parts, parts.get(0).rank() == 1 ? 0 : 1);
    }

    static SymbolicTensor vstack(OperatorCall call) {
        return call.primitives().concat(atLeast(call, 2), 0);
    }

    static SymbolicTensor dstack(OperatorCall call) {
        return call.primitives().concat(atLeast(call, 3), 2);
    }

    /** Tensors of one axis are columns. */
    static SymbolicTensor columnStack(OperatorCall call) {
        List<SymbolicTensor> columns =
                Shapes.promoted(call, call.list("tensors")).stream()
                        .map(
                                t ->
                                        t.rank() > 1
                                                ? t
                                                : call.primitives()
                                                        .reshape(t, List.of(t.count(), Dim.ONE)))
                        .toList();
        return call.primitives().concat(columns, 1);
    }

    private static List<SymbolicTensor> atLeast(OperatorCall call, int rank) {
        return Shapes.promoted(call, call.list("tensors")).stream()
                .map(t -> call.primitives().reshape(t, atLeast(t.shape(), rank)))
                .toList();
    }

    static Value atLeast1d(OperatorCall call) {
        return each(call, 1);
    }

    static Value atLeast2d(OperatorCall call) {
        return each(call, 2);
    }

    static Value atLeast3d(OperatorCall call) {
        return each(call, 3);
    }

    private static Value each(OperatorCall call, int rank) {
        if (call.value(0) instanceof Value.Tensor x) {
            return atLeast(call, x, rank);
        }
        List<Value> results = new ArrayList<>();
        for (Value part : call.list("tensors")) {
            results.add(atLeast(call, (Value.Tensor) part, rank));
        }
        return new Value.ListOf(results);
    }

    private static Value.Tensor atLeast(OperatorCall call, Value.Tensor x, int rank) {
        return x.get().rank() >= rank
                ? x
                : Views.reshape(call.primitives(), x, atLeast(x.get().shape(), rank));
    }

    /** Axes are added in front; up to a third one, which is added behind. */
    private static List<Dim> atLeast(List<Dim> shape, int rank) {
        List<Dim> more = new ArrayList<>(shape);
        while (more.size() < Math.min(rank, 2)) {
            more.add(0, Dim.ONE);
        }
        if (more.size() < rank) {
            more.add(Dim.ONE);
        }
        return more;
    }

    static Value tensorSplit(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int axis = call.axis("dim", x.get().rank());
        if (call.has("sections")) {
            return sections(call, x, axis, call.integer("sections"));
        }
        if (call.has("indices")) {
            return at(call, x, axis, call.dims("indices"));
        }
        SymbolicTensor given = call.tensor("tensor_indices_or_sections");
        List<Dim> numbers =
                call
                        .graph()
                        .elements(given)
                        .orElseThrow(() -> call.unsupported("splits where the input says"))
                        .stream()
                        .map(Value.Scalar::whole)
                        .toList();
        return given.rank() == 0
                ? sections(call, x, axis, numbers.get(0).value())
                : at(call, x, axis, numbers);
    }

    static Value splitAlong(OperatorCall call, int axis) {
        Value.Tensor x = call.reference("self");
        int along = axis == 1 && x.get().rank() == 1 ? 0 : axis;
        return call.has("sections")
                ? sections(call, x, along, call.integer("sections"))
                : at(call, x, along, call.dims("indices"));
    }

    /** The first sections are one longer if it does not divide. */
    private static Value sections(OperatorCall call, Value.Tensor x, int axis, long sections) {
        long length = x.get().dim(axis).value();
        call.checkLength(sections);
        List<Long> sizes = new ArrayList<>();
        for (long i = 0; i < sections; i++) {
            sizes.add(length / sections + (i < length % sections ? 1 : 0));
        }
        return Shapes.parts(call, x, axis, sizes);
    }

    private static Value at(OperatorCall call, Value.Tensor x, int axis, List<Dim> indices) {
        Dim length = x.get().dim(axis);
        List<Value> parts = new ArrayList<>();
        Dim from = Dim.ZERO;
        for (int i = 0; i <= indices.size(); i++) {
            Dim to = i < indices.size() ? Shapes.bounded(indices.get(i), length) : length;
            Dim end = from.isAtMost(to) ? to : from;
            parts.add(Views.slice(call.primitives(), x, axis, from, end, 1));
            from = to;
        }
        return new Value.ListOf(parts);
    }

    static Value broadcastTensors(OperatorCall call) {
        List<Dim> shape = List.of();
        for (SymbolicTensor part : call.tensors("tensors")) {
            shape = Primitives.broadcast(shape, part.shape());
        }
        List<Value> results = new ArrayList<>();
        for (Value part : call.list("tensors")) {
            results.add(Views.expand(call.primitives(), (Value.Tensor) part, shape));
        }
        return new Value.ListOf(results);
    }

    static Value meshgrid(OperatorCall call) {
        List<Value.Tensor> axes = call.list("tensors").stream().map(v -> (Value.Tensor) v).toList();
        boolean swapped =
                call.has("indexing") && call.text("indexing").equals("xy") && axes.size() > 1;
        List<Dim> shape = new ArrayList<>(axes.stream().map(a -> a.get().count()).toList());
        if (swapped) {
            Collections.swap(shape, 0, 1);
        }
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            List<Dim> line = new ArrayList<>(Collections.nCopies(shape.size(), Dim.ONE));
            int at = swapped && i < 2 ? 1 - i : i;
            line.set(at, shape.get(at));
            results.add(
                    Views.expand(
                            call.primitives(),
                            Views.reshape(call.primitives(), axes.get(i), line),
                            shape));
        }
        return new Value.ListOf(results);
    }

    /** All combinations of the elements of tensors of one axis, the last one fastest. */
    static SymbolicTensor cartesianProduct(OperatorCall call) {
        List<SymbolicTensor> parts = Shapes.promoted(call, call.list("tensors"));
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<Dim> shape = parts.stream().map(SymbolicTensor::count).toList();
        Primitives to = call.primitives();
        List<SymbolicTensor> columns = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            List<Dim> line = new ArrayList<>(Collections.nCopies(shape.size(), Dim.ONE));
            line.set(i, shape.get(i));
            SymbolicTensor all = to.expand(to.reshape(parts.get(i), line), shape);
            columns.add(to.reshape(all, List.of(SymbolicTensor.count(shape), Dim.ONE)));
        }
        return to.concat(columns, 1);
    }
}
