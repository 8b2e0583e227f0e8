package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that give a part of a tensor or of a list. Stateless. */
final class Slices {

    private Slices() {}

    static Value slice(OperatorCall call) {
        if (call.value(0) instanceof Value.ListOf list) {
            return sliceList(call, list.elements());
        }
        if (call.value(0) instanceof Value.Text) {
            throw call.unsupported("cuts strings");
        }
        return sliced(call, call.reference("self"));
    }

    static Value.Tensor sliced(OperatorCall call, Value.Tensor x) {
        int axis = call.axis("dim", x.get().rank());
        Dim length = x.get().dim(axis);
        Dim start = call.has("start") ? bounded(call.dim("start"), length) : Dim.ZERO;
        Dim end = call.has("end") ? bounded(call.dim("end"), length) : length;
        if (!start.isAtMost(end)) {
            end = start;
        }
        return Views.slice(call.primitives(), x, axis, start, end, step(call));
    }

    private static long step(OperatorCall call) {
        long step = call.integer("step");
        if (step <= 0) {
            throw call.unsupported("has a step of " + step);
        }
        return step;
    }

    /** An index from the front, within the axis. */
    static Dim bounded(Dim index, Dim length) {
        if (index.equals(length)) {
            return length;
        }
        if (index.isConstant() && index.constant() >= 0) {
            // Beyond any batch, as indices that mean "to the end" are.
            if (index.constant() >= Integer.MAX_VALUE) {
                return length;
            }
            return index.isAtMost(length) ? index : length;
        }
        Dim fromFront = Dim.ZERO.isAtMost(index) ? index : index.plus(length);
        if (!Dim.ZERO.isAtMost(fromFront)) {
            return Dim.ZERO;
        }
        return fromFront.isAtMost(length) ? fromFront : length;
    }

    private static Value sliceList(OperatorCall call, List<Value> list) {
        long step = call.integer("step");
        long last = list.size() - 1L;
        if (step < 0) {
            // The same part of the reversed list, whose indices count from the other end.
            List<Value> reversed = new ArrayList<>(list);
            Collections.reverse(reversed);
            long start = call.has("start") ? last - fromFront(call.integer("start"), last) : 0;
            long end = call.has("end") ? last - fromFront(call.integer("end"), last) : last + 1;
            return every(reversed, Math.max(0, start), end, -step);
        }
        Dim length = Dim.of(list.size());
        Dim start = call.has("start") ? bounded(call.dim("start"), length) : Dim.ZERO;
        Dim end = call.has("end") ? bounded(call.dim("end"), length) : length;
        return every(list, start.value(), end.value(), step(call));
    }

    /** An index from the front, -1 where it lies in front of the list. */
    private static long fromFront(long index, long last) {
        return Math.max(-1, index < 0 ? index + last + 1 : index);
    }

    private static Value every(List<Value> list, long start, long end, long step) {
        List<Value> part = new ArrayList<>();
        for (long i = start; i < Math.min(end, list.size()); i += step) {
            part.add(list.get((int) i));
        }
        return new Value.ListOf(part);
    }

    static Value narrow(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int axis = call.axis("dim", x.get().rank());
        Dim start = bounded(call.dim("start"), x.get().dim(axis));
        return Views.slice(call.primitives(), x, axis, start, start.plus(call.dim("length")), 1);
    }

    static Value select(OperatorCall call) {
        return selected(call, call.reference("self"));
    }

    static Value.Tensor selected(OperatorCall call, Value.Tensor x) {
        int axis = call.axis("dim", x.get().rank());
        Dim index = call.dim("index");
        Dim at = index.isConstant() && index.constant() < 0 ? index.plus(x.get().dim(axis)) : index;
        return Views.select(call.primitives(), x, axis, at);
    }

    static Value unbind(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        int axis = call.axis("dim", x.get().rank());
        List<Value> parts = new ArrayList<>();
        long length = x.get().dim(axis).value();
        call.checkParts(length);
        for (long i = 0; i < length; i++) {
            parts.add(Views.select(call.primitives(), x, axis, Dim.of(i)));
        }
        return new Value.ListOf(parts);
    }
}
