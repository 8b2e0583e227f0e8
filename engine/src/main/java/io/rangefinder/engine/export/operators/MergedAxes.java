package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The indexed axes of a tensor as one axis: where the first of them is if they follow each other,
 * else in front, as NumPy has it. Immutable.
 *
 * @param order the tensor's axes, the indexed ones side by side
 * @param at where the indexed axes begin in that order
 * @param lengths the lengths of the indexed axes
 */
record MergedAxes(List<Integer> order, int at, List<Dim> lengths) {

    static MergedAxes of(SymbolicTensor x, List<Optional<SymbolicTensor>> indices) {
        List<Integer> indexed = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            (indices.get(i).isPresent() ? indexed : others).add(i);
        }
        int first = indexed.get(0);
        boolean adjacent = indexed.get(indexed.size() - 1) - first == indexed.size() - 1;
        int at = adjacent ? first : 0;
        List<Integer> order = new ArrayList<>(others);
        order.addAll(at, indexed);
        return new MergedAxes(order, at, indexed.stream().map(x::dim).toList());
    }

    /** The tensor with its indexed axes made one. */
    SymbolicTensor merge(OperatorCall call, SymbolicTensor x) {
        SymbolicTensor ordered = call.primitives().permute(x, order);
        List<Dim> shape = new ArrayList<>(ordered.shape().subList(0, at));
        shape.add(SymbolicTensor.count(lengths));
        shape.addAll(ordered.shape().subList(at + lengths.size(), x.rank()));
        return call.primitives().reshape(ordered, shape);
    }

    /** What {@link #merge} made one, as it was. */
    SymbolicTensor separate(OperatorCall call, SymbolicTensor merged, SymbolicTensor like) {
        List<Dim> shape = order.stream().map(like::dim).toList();
        List<Integer> back = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            back.add(order.indexOf(i));
        }
        return call.primitives().permute(call.primitives().reshape(merged, shape), back);
    }

    /** The index of the one axis. */
    SymbolicTensor index(OperatorCall call, List<Optional<SymbolicTensor>> indices) {
        Primitives to = call.primitives();
        List<SymbolicTensor> given = indices.stream().flatMap(Optional::stream).toList();
        SymbolicTensor index = fromFront(call, given.get(0), lengths.get(0), given.size() == 1);
        for (int i = 1; i < given.size(); i++) {
            SymbolicTensor length =
                    SymbolicTensor.scalar(ElementType.INT64, new Value.Int(lengths.get(i)));
            SymbolicTensor next = fromFront(call, given.get(i), lengths.get(i), false);
            index = to.add(to.mul(index, length), next);
        }
        return index;
    }

    /**
     * Indices from the end are counted from the front. Along a single axis ONNX does that, and
     * known ones are only changed if there are any.
     */
    private static SymbolicTensor fromFront(
            OperatorCall call, SymbolicTensor index, Dim length, boolean single) {
        Primitives to = call.primitives();
        Optional<List<Scalar>> known = call.graph().elements(index);
        if (known.isPresent()) {
            boolean negative =
                    known.get().stream().anyMatch(i -> i.whole().compareTo(Dim.ZERO) < 0);
            if (!negative || (single && !length.isConstant())) {
                return index;
            }
            return SymbolicTensor.of(
                    ElementType.INT64,
                    index.shape(),
                    known.get().stream()
                            .map(Scalar::whole)
                            .map(i -> i.compareTo(Dim.ZERO) < 0 ? i.plus(length) : i)
                            .map(Value.Int::new)
                            .toList());
        }
        if (single) {
            return index;
        }
        SymbolicTensor end = SymbolicTensor.scalar(ElementType.INT64, new Value.Int(length));
        SymbolicTensor negative = to.compare("Less", index, to.number(0, index));
        return to.where(negative, to.add(index, end), index);
    }
}
