package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Operators that write to, or combine, elements by their index along one axis. Stateless.
 *
 * <p>Where several elements meet at one place, ONNX's ScatterElements can add and multiply from
 * opset 16 on, and nothing else up to opset 17. There each place is compared with each index
 * instead, and what does not belong to it is left out of a reduction.
 */
final class Scatters {

    private static final int OPSET_OF_REDUCTION = 16;

    /** So many comparisons are made at most for what is beside the axis. */
    private static final long MAX_COMPARED = 1L << 20;

    private Scatters() {}

    static SymbolicTensor scatter(OperatorCall call) {
        if (call.has("reduce")) {
            String reduce = call.text("reduce").equals("add") ? "sum" : "prod";
            return reduced(call, sources(call), reduce, true);
        }
        return elements(call, sources(call), "none");
    }

    static SymbolicTensor scatterAdd(OperatorCall call) {
        return reduced(call, sources(call), "sum", true);
    }

    static SymbolicTensor scatterReduce(OperatorCall call) {
        return reduced(call, sources(call), call.text("reduce"), call.truth("include_self"));
    }

    static SymbolicTensor indexAdd(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor source =
                to.mul(to.cast(call.tensor("source"), x.type()), call.real("alpha"));
        SymbolicTensor index = to.cast(call.tensor("index"), ElementType.INT64);
        int axis = call.axis("dim", x.rank());
        if (Indexing.areUnique(call, index)) {
            SymbolicTensor sum = to.add(Gathers.gather(call, x, index, axis), source);
            return write(call, x, index, sum, axis);
        }
        return add(call, x, index, source, axis);
    }

    /**
     * Replaces what stands at some indices of an axis.
     *
     * @param values the axes before, the indices' axes, the axes behind
     */
    static SymbolicTensor write(
            OperatorCall call,
            SymbolicTensor x,
            SymbolicTensor index,
            SymbolicTensor values,
            int axis) {
        Primitives to = call.primitives();
        // ScatterND writes along the first axes.
        List<Integer> order = toFront(x.rank(), axis, 1);
        SymbolicTensor updates = to.permute(values, toFront(values.rank(), axis, index.rank()));
        SymbolicTensor data = to.permute(x, order);
        List<Dim> shape = new ArrayList<>(index.shape());
        shape.add(Dim.ONE);
        SymbolicTensor written =
                call.graph()
                        .node(
                                "ScatterND",
                                x.type(),
                                data.shape(),
                                List.of(data, to.reshape(index, shape), updates));
        return to.permute(
                written, IntStream.range(0, x.rank()).map(order::indexOf).boxed().toList());
    }

    private static List<Integer> toFront(int rank, int from, int count) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            order.add(i < count ? from + i : i < from + count ? i - count : i);
        }
        return order;
    }

    /** Adds values at indices of an axis, the indices' axes in its place. */
    static SymbolicTensor add(
            OperatorCall call,
            SymbolicTensor x,
            SymbolicTensor index,
            SymbolicTensor values,
            int axis) {
        Primitives to = call.primitives();
        List<Dim> flat = new ArrayList<>(x.shape());
        flat.set(axis, index.count());
        List<Dim> column = new ArrayList<>(List.of(index.count()));
        IntStream.range(axis + 1, x.rank()).forEach(i -> column.add(Dim.ONE));
        SymbolicTensor everywhere = to.expand(to.reshape(index, column), flat);
        return reduced(
                call, new Sources(x, everywhere, to.reshape(values, flat), axis), "sum", true);
    }

    /** What is written to, where, and what. */
    private record Sources(
            SymbolicTensor x, SymbolicTensor index, SymbolicTensor values, int axis) {}

    private static Sources sources(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor index = to.cast(call.tensor("index"), ElementType.INT64);
        if (x.rank() == 0 || index.rank() == 0) {
            throw call.unsupported("writes to a tensor without axes");
        }
        boolean tensor = call.has("src");
        SymbolicTensor values = to.cast(call.tensor(tensor ? "src" : "value"), x.type());
        if (!tensor) {
            values = to.expand(values, index.shape());
        }
        for (int i = 0; i < x.rank(); i++) {
            if (!values.dim(i).equals(index.dim(i))) {
                values = to.slice(values, i, Dim.ZERO, index.dim(i), 1);
            }
        }
        return new Sources(x, index, values, call.axis("dim", x.rank()));
    }

    private static SymbolicTensor elements(OperatorCall call, Sources sources, String reduction) {
        List<SymbolicTensor> inputs = List.of(sources.x(), sources.index(), sources.values());
        var axis = Attributes.of("axis", (long) sources.axis());
        SymbolicTensor x = sources.x();
        return reduction.equals("none")
                ? call.graph().node("ScatterElements", x.type(), x.shape(), inputs, axis)
                : call.graph()
                        .node(
                                "ScatterElements",
                                x.type(),
                                x.shape(),
                                inputs,
                                axis,
                                Attributes.of("reduction", reduction));
    }

    private static SymbolicTensor reduced(
            OperatorCall call, Sources sources, String reduce, boolean includeSelf) {
        boolean known = reduce.equals("sum") || reduce.equals("prod");
        if (known && includeSelf && call.graph().opset() >= OPSET_OF_REDUCTION) {
            return elements(call, sources, reduce.equals("sum") ? "add" : "mul");
        }
        return compared(call, sources, reduce, includeSelf);
    }

    /** Compares each place of the axis with each index. */
    private static SymbolicTensor compared(
            OperatorCall call, Sources sources, String reduce, boolean includeSelf) {
        Primitives to = call.primitives();
        SymbolicTensor x = sources.x();
        int axis = sources.axis();
        long length = x.dim(axis).value();
        long indices = sources.index().dim(axis).value();
        boolean everywhere =
                IntStream.range(0, x.rank())
                        .allMatch(i -> i == axis || x.dim(i).equals(sources.index().dim(i)));
        if (length * indices > MAX_COMPARED || !everywhere || !x.type().isFloating()) {
            throw call.unsupported(
                    "reduces by "
                            + reduce
                            + ", for which opset "
                            + call.graph().opset()
                            + " has no scatter, "
                            + (!x.type().isFloating()
                                    ? "whole numbers"
                                    : everywhere
                                            ? length
                                                    + " places by "
                                                    + indices
                                                    + " indices, too many to compare each with each"
                                            : "a part of a tensor"));
        }
        List<Dim> column = new ArrayList<>(List.of(Dim.of(length)));
        IntStream.range(axis, x.rank()).forEach(i -> column.add(Dim.ONE));
        SymbolicTensor places =
                SymbolicTensor.of(
                        ElementType.INT64,
                        column,
                        IntStream.range(0, (int) length).mapToObj(Value.Int::of).toList());
        SymbolicTensor here = to.compare("Equal", to.unsqueeze(sources.index(), axis), places);
        SymbolicTensor values = to.unsqueeze(sources.values(), axis);
        SymbolicTensor left = to.number(neutral(reduce), x);
        SymbolicTensor result =
                to.reduce(reduction(reduce), to.where(here, values, left), over(axis), false);
        if (includeSelf && !reduce.equals("mean")) {
            return to.binary(combination(reduce), x, result);
        }
        SymbolicTensor count = to.reduce("ReduceSum", to.cast(here, x.type()), over(axis), false);
        if (reduce.equals("mean")) {
            return includeSelf
                    ? to.div(to.add(x, result), to.add(count, 1))
                    : to.where(isZero(to, count), x, to.div(result, count));
        }
        return to.where(isZero(to, count), x, result);
    }

    private static SymbolicTensor isZero(Primitives to, SymbolicTensor count) {
        return to.compare("Equal", count, to.number(0, count));
    }

    private static List<Integer> over(int axis) {
        return List.of(axis + 1);
    }

    private static double neutral(String reduce) {
        return switch (reduce) {
            case "amax" -> Double.NEGATIVE_INFINITY;
            case "amin" -> Double.POSITIVE_INFINITY;
            case "prod" -> 1;
            default -> 0;
        };
    }

    private static String reduction(String reduce) {
        return switch (reduce) {
            case "amax" -> "ReduceMax";
            case "amin" -> "ReduceMin";
            case "prod" -> "ReduceProd";
            default -> "ReduceSum";
        };
    }

    private static String combination(String reduce) {
        return switch (reduce) {
            case "amax" -> "Max";
            case "amin" -> "Min";
            case "prod" -> "Mul";
            default -> "Add";
        };
    }

    /** {@code masked_scatter}: where the mask holds, one element of the source after the other. */
    static SymbolicTensor maskedScatter(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor source = call.tensor("source");
        Primitives to = call.primitives();
        SymbolicTensor mask = to.expand(call.tensor("mask"), x.shape());
        List<Dim> flat = List.of(x.count());
        SymbolicTensor counted =
                call.graph()
                        .node(
                                "CumSum",
                                ElementType.INT64,
                                flat,
                                List.of(
                                        to.cast(to.reshape(mask, flat), ElementType.INT64),
                                        SymbolicTensor.scalar(ElementType.INT64, Value.Int.of(0))));
        SymbolicTensor index = to.sub(counted, call.graph().longs(1));
        // Before the first element that is written the index is -1, which ONNX takes from the end.
        SymbolicTensor picked =
                Gathers.gather(call, to.reshape(source, List.of(source.count())), index, 0);
        return to.where(mask, to.reshape(picked, x.shape()), x);
    }

    private static Value writtenToPart(OperatorCall call, Value.Tensor copy, Value.Tensor part) {
        Primitives to = call.primitives();
        SymbolicTensor source = to.cast(call.tensor("src"), part.get().type());
        part.set(to.expand(source, part.get().shape()));
        return copy;
    }

    static Value sliceScatter(OperatorCall call) {
        Value.Tensor copy = OperatorCall.result(call.tensor("self"));
        return writtenToPart(call, copy, Slices.sliced(call, copy));
    }

    static Value selectScatter(OperatorCall call) {
        Value.Tensor copy = OperatorCall.result(call.tensor("self"));
        return writtenToPart(call, copy, Slices.selected(call, copy));
    }

    static Value diagonalScatter(OperatorCall call) {
        Value.Tensor copy = OperatorCall.result(call.tensor("self"));
        return writtenToPart(call, copy, Diagonals.diagonal(call, copy));
    }
}
