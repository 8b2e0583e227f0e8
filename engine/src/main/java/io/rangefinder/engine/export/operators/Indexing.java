package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Reading and writing at tensors of indices, {@code x[:, i, j]}, by <a
 * href="https://numpy.org/doc/stable/user/basics.indexing.html#advanced-indexing">NumPy's
 * rules</a>. Stateless.
 *
 * <p>Indexed axes are made one; several indices become one index of that axis, {@code i * length(j)
 * + j}, so that a Gather or a ScatterND along one axis is all that is needed.
 */
final class Indexing {

    private Indexing() {}

    static Value index(OperatorCall call) {
        if (call.value(0) instanceof Value.ListOf list) {
            int found = list.elements().indexOf(call.value(1));
            if (found < 0) {
                throw call.unsupported("finds no such element");
            }
            return Value.Int.of(found);
        }
        SymbolicTensor x = call.tensor("self");
        List<Optional<SymbolicTensor>> indices = indices(call, call.list("indices"), x.rank());
        if (indices.stream().allMatch(Optional::isEmpty)) {
            return OperatorCall.result(x);
        }
        MergedAxes axes = MergedAxes.of(x, indices);
        return OperatorCall.result(
                Gathers.gather(call, axes.merge(call, x), axes.index(call, indices), axes.at()));
    }

    /** An index, or none, for each axis; a mask is replaced by the indices where it holds. */
    private static List<Optional<SymbolicTensor>> indices(
            OperatorCall call, List<Value> values, int rank) {
        List<Optional<SymbolicTensor>> indices = new ArrayList<>();
        for (Value value : values) {
            if (!(value instanceof Value.Tensor tensor)) {
                indices.add(Optional.empty());
            } else if (isMask(tensor.get())) {
                where(call, tensor.get()).forEach(i -> indices.add(Optional.of(i)));
            } else {
                indices.add(Optional.of(call.primitives().cast(tensor.get(), ElementType.INT64)));
            }
        }
        if (indices.size() > rank) {
            throw call.unsupported("has more indices than the tensor has axes");
        }
        while (indices.size() < rank) {
            indices.add(Optional.empty());
        }
        return indices;
    }

    private static boolean isMask(SymbolicTensor index) {
        return index.type() == ElementType.BOOL || index.type() == ElementType.UINT8;
    }

    private static List<SymbolicTensor> where(OperatorCall call, SymbolicTensor mask) {
        List<Scalar> truths =
                call.graph()
                        .elements(mask)
                        .orElseThrow(
                                () ->
                                        call.unsupported(
                                                "picks elements by a mask that depends on the"
                                                    + " input, so that their number does, too"));
        if (mask.rank() == 0) {
            throw call.unsupported("has a mask without axes");
        }
        List<List<Long>> found = new ArrayList<>();
        mask.shape().forEach(d -> found.add(new ArrayList<>()));
        for (int i = 0; i < truths.size(); i++) {
            long rest = i;
            for (int axis = mask.rank() - 1; truths.get(i).truth() && axis >= 0; axis--) {
                found.get(axis).add(rest % mask.dim(axis).value());
                rest /= mask.dim(axis).value();
            }
        }
        return found.stream().map(call.graph()::longs).toList();
    }

    static SymbolicTensor put(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        List<Value> places = call.list("indices");
        SymbolicTensor values = call.primitives().cast(call.tensor("values"), x.type());
        boolean add = call.truth("accumulate");
        Optional<SymbolicTensor> mask = openMask(call, places, values, x.rank());
        if (mask.isPresent()) {
            SymbolicTensor written = add ? call.primitives().add(x, values) : values;
            return call.primitives().where(mask.get(), written, x);
        }
        return put(call, x, indices(call, places, x.rank()), values, add);
    }

    /**
     * A mask whose elements are not known, with as many axes as the tensor has from there on. What
     * is written must be the same at each place.
     */
    private static Optional<SymbolicTensor> openMask(
            OperatorCall call, List<Value> places, SymbolicTensor values, int rank) {
        int at = 0;
        while (at < places.size() && !(places.get(at) instanceof Value.Tensor)) {
            at++;
        }
        boolean only =
                at < places.size()
                        && places.subList(at + 1, places.size()).stream()
                                .noneMatch(p -> p instanceof Value.Tensor);
        if (!only) {
            return Optional.empty();
        }
        SymbolicTensor mask = ((Value.Tensor) places.get(at)).get();
        int behind = rank - at - mask.rank();
        boolean same =
                values.rank() <= behind
                        || values.shape().stream().allMatch(d -> d.is(1))
                        || (values.rank() == behind + 1 && values.dim(0).is(1));
        if (!isMask(mask) || !same || call.graph().elements(mask).isPresent()) {
            return Optional.empty();
        }
        List<Dim> shape = new ArrayList<>(mask.shape());
        for (int i = 0; i < behind; i++) {
            shape.add(Dim.ONE);
        }
        return Optional.of(
                call.primitives().reshape(call.primitives().cast(mask, ElementType.BOOL), shape));
    }

    /** Writes values at indices. */
    static SymbolicTensor put(
            OperatorCall call,
            SymbolicTensor x,
            List<Optional<SymbolicTensor>> indices,
            SymbolicTensor values,
            boolean add) {
        Primitives to = call.primitives();
        if (indices.stream().allMatch(Optional::isEmpty)) {
            SymbolicTensor all = to.expand(values, x.shape());
            return add ? to.add(x, all) : all;
        }
        MergedAxes axes = MergedAxes.of(x, indices);
        SymbolicTensor merged = axes.merge(call, x);
        SymbolicTensor index = axes.index(call, indices);
        List<Dim> shape = new ArrayList<>(merged.shape().subList(0, axes.at()));
        shape.addAll(index.shape());
        shape.addAll(merged.shape().subList(axes.at() + 1, merged.rank()));
        SymbolicTensor all = to.expand(values, shape);
        if (add && areUnique(call, index)) {
            all = to.add(Gathers.gather(call, merged, index, axes.at()), all);
        } else if (add) {
            return axes.separate(call, Scatters.add(call, merged, index, all, axes.at()), x);
        }
        return axes.separate(call, Scatters.write(call, merged, index, all, axes.at()), x);
    }

    static boolean areUnique(OperatorCall call, SymbolicTensor index) {
        return call.graph()
                .elements(index)
                .filter(e -> new HashSet<>(e).size() == e.size())
                .isPresent();
    }

    static SymbolicTensor indexCopy(OperatorCall call) {
        return alongAxis(call, call.tensor("source"));
    }

    static SymbolicTensor indexFill(OperatorCall call) {
        return alongAxis(call, call.tensor("value"));
    }

    private static SymbolicTensor alongAxis(OperatorCall call, SymbolicTensor values) {
        SymbolicTensor x = call.tensor("self");
        List<Optional<SymbolicTensor>> indices = new ArrayList<>();
        x.shape().forEach(d -> indices.add(Optional.empty()));
        indices.set(
                call.axis("dim", x.rank()),
                Optional.of(call.primitives().cast(call.tensor("index"), ElementType.INT64)));
        return put(call, x, indices, call.primitives().cast(values, x.type()), false);
    }
}
