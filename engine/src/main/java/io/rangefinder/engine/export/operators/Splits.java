package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that take tensors apart along an axis. Stateless. */
final class Splits {

    private Splits() {}

    static Value chunk(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int axis = call.axis("dim", x.get().rank());
        Dim length = x.get().dim(axis);
        long chunks = call.integer("chunks");
        if (chunks <= 0) {
            throw call.unsupported("splits into " + chunks + " parts");
        }
        call.checkParts(chunks);
        return parts(
                call,
                x,
                axis,
                length.isMultipleOf(chunks)
                        ? Collections.nCopies(
                                Math.toIntExact(chunks), length.floorDividedBy(Dim.of(chunks)))
                        : equal(call, length, Dim.of((length.value() + chunks - 1) / chunks)));
    }

    /** Parts of one size; the last may be shorter. */
    private static List<Dim> equal(OperatorCall call, Dim length, Dim size) {
        if (length.is(0)) {
            return List.of(Dim.ZERO);
        }
        if (size.isAtMost(Dim.ZERO)) {
            throw call.unsupported("splits into parts of length " + size);
        }
        long whole = length.floorDividedBy(size).value();
        call.checkParts(whole);
        List<Dim> sizes = new ArrayList<>(Collections.nCopies(Math.toIntExact(whole), size));
        Dim rest = length.minus(size.times(Dim.of(whole)));
        if (!rest.is(0)) {
            sizes.add(rest);
        }
        return sizes;
    }

    static Value split(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int axis = call.axis("dim", x.get().rank());
        if (call.has("split_sizes")) {
            return parts(call, x, axis, call.dims("split_sizes"));
        }
        boolean several = call.value("split_size") instanceof Value.ListOf;
        return parts(
                call,
                x,
                axis,
                several
                        ? call.dims("split_size")
                        : equal(call, x.get().dim(axis), call.dim("split_size")));
    }

    private static Value parts(OperatorCall call, Value.Tensor x, int axis, List<Dim> sizes) {
        call.checkParts(sizes.size());
        List<Value> parts = new ArrayList<>();
        Dim from = Dim.ZERO;
        for (Dim size : sizes) {
            Dim end = from.plus(size);
            parts.add(Views.slice(call.primitives(), x, axis, from, end, 1));
            from = end;
        }
        return new Value.ListOf(parts);
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
        call.checkParts(sections);
        List<Dim> sizes = new ArrayList<>();
        for (long i = 0; i < sections; i++) {
            sizes.add(Dim.of(length / sections + (i < length % sections ? 1 : 0)));
        }
        return parts(call, x, axis, sizes);
    }

    private static Value at(OperatorCall call, Value.Tensor x, int axis, List<Dim> indices) {
        Dim length = x.get().dim(axis);
        call.checkParts(indices.size());
        List<Value> parts = new ArrayList<>();
        Dim from = Dim.ZERO;
        for (int i = 0; i <= indices.size(); i++) {
            Dim to = i < indices.size() ? Slices.bounded(indices.get(i), length) : length;
            Dim end = from.isAtMost(to) ? to : from;
            parts.add(Views.slice(call.primitives(), x, axis, from, end, 1));
            from = to;
        }
        return new Value.ListOf(parts);
    }
}
