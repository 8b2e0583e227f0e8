package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** Diagonals and triangles of matrices. Stateless. */
final class Diagonals {

    private static final Value.Bool TRUE = new Value.Bool(true);
    private static final Value.Bool FALSE = new Value.Bool(false);

    private Diagonals() {}

    static SymbolicTensor tril(OperatorCall call) {
        return masked(call, call.tensor("self"), "LessOrEqual", call.integer("diagonal"));
    }

    static SymbolicTensor triu(OperatorCall call) {
        return masked(call, call.tensor("self"), "GreaterOrEqual", call.integer("diagonal"));
    }

    /** Zero outside a part of each matrix, whatever stood there. */
    private static SymbolicTensor masked(
            OperatorCall call, SymbolicTensor x, String comparison, long diagonal) {
        SymbolicTensor mask = mask(call, x.dim(-2), x.dim(-1), comparison, diagonal);
        Primitives to = call.primitives();
        return x.type() == ElementType.BOOL
                ? to.compare("And", mask, x)
                : to.where(mask, x, to.number(0, x));
    }

    /**
     * A matrix of truths: where the column less the row compares so with a diagonal. A constant, or
     * made of the numbers of rows and columns when the model runs.
     */
    static SymbolicTensor mask(
            OperatorCall call, Dim rows, Dim columns, String comparison, long diagonal) {
        if (rows.isConstant() && columns.isConstant()) {
            call.checkMask(rows.value(), columns.value());
            return mask(
                    rows.value(),
                    columns.value(),
                    (row, column) -> {
                        int sign = Long.compare(column - row, diagonal);
                        return switch (comparison) {
                            case "LessOrEqual" -> sign <= 0;
                            case "GreaterOrEqual" -> sign >= 0;
                            default -> sign == 0;
                        };
                    });
        }
        Primitives to = call.primitives();
        SymbolicTensor row = to.unsqueeze(numbers(rows, diagonal), 1);
        return to.compare(comparison, to.unsqueeze(numbers(columns, 0), 0), row);
    }

    private static SymbolicTensor numbers(Dim count, long first) {
        Source.Range range = new Source.Range(Dim.of(first), Dim.ONE);
        return new SymbolicTensor(ElementType.INT64, List.of(count), range);
    }

    /** A constant matrix of truths. */
    static SymbolicTensor mask(long rows, long columns, BiPredicate<Long, Long> kept) {
        List<Value.Bool> truths = new ArrayList<>(Math.toIntExact(rows * columns));
        for (long row = 0; row < rows; row++) {
            for (long column = 0; column < columns; column++) {
                truths.add(kept.test(row, column) ? TRUE : FALSE);
            }
        }
        return SymbolicTensor.of(ElementType.BOOL, List.of(Dim.of(rows), Dim.of(columns)), truths);
    }

    static SymbolicTensor trilIndices(OperatorCall call) {
        long offset = call.integer("offset");
        return indices(call, (row, column) -> column - row <= offset);
    }

    static SymbolicTensor triuIndices(OperatorCall call) {
        long offset = call.integer("offset");
        return indices(call, (row, column) -> column - row >= offset);
    }

    /** The rows, then the columns, of a part of a matrix. */
    private static SymbolicTensor indices(OperatorCall call, BiPredicate<Long, Long> kept) {
        List<Value.Int> rows = new ArrayList<>();
        List<Value.Int> columns = new ArrayList<>();
        long height = call.integer("row");
        long width = call.integer("col");
        call.checkLength(Math.multiplyExact(height, width));
        for (long row = 0; row < height; row++) {
            for (long column = 0; column < width; column++) {
                if (kept.test(row, column)) {
                    rows.add(Value.Int.of(row));
                    columns.add(Value.Int.of(column));
                }
            }
        }
        List<Dim> shape = List.of(Dim.of(2), Dim.of(rows.size()));
        rows.addAll(columns);
        return SymbolicTensor.of(call.type("dtype").orElse(ElementType.INT64), shape, rows);
    }

    static Value diagonal(OperatorCall call) {
        return diagonal(call, call.reference("self"));
    }

    static Value.Tensor diagonal(OperatorCall call, Value.Tensor x) {
        int rank = x.get().rank();
        return diagonal(
                call, x, call.integer("offset"), call.axis("dim1", rank), call.axis("dim2", rank));
    }

    /** Both axes become one, where a diagonal is a slice with the step {@code width + 1}. */
    static Value.Tensor diagonal(
            OperatorCall call, Value.Tensor x, long offset, int first, int second) {
        Primitives to = call.primitives();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < x.get().rank(); i++) {
            if (i != first && i != second) {
                order.add(i);
            }
        }
        int axis = order.size();
        order.addAll(List.of(first, second));
        Value.Tensor matrices = Views.permute(to, x, order);
        long height = matrices.get().dim(-2).value();
        long width = matrices.get().dim(-1).value();
        List<Dim> shape = new ArrayList<>(matrices.get().shape().subList(0, axis));
        shape.add(Dim.of(height * width));
        long start = offset >= 0 ? offset : -offset * width;
        long length = Math.min(height + Math.min(offset, 0), width - Math.max(offset, 0));
        boolean empty = length <= 0;
        return Views.slice(
                to,
                Views.reshape(to, matrices, shape),
                axis,
                Dim.of(empty ? 0 : start),
                Dim.of(empty ? 0 : start + (length - 1) * (width + 1) + 1),
                width + 1);
    }

    static SymbolicTensor diag(OperatorCall call) {
        Value.Tensor x = call.reference("self");
        long offset = call.integer("diagonal");
        return x.get().rank() == 1
                ? embed(call, x.get(), offset)
                : diagonal(call, x, offset, 0, 1).get();
    }

    static SymbolicTensor diagflat(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        SymbolicTensor flat = call.primitives().reshape(x, List.of(x.count()));
        return embed(call, flat, call.integer("offset"));
    }

    static SymbolicTensor diagEmbed(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        int rank = x.rank() + 1;
        int first = call.axis("dim1", rank);
        int second = call.axis("dim2", rank);
        SymbolicTensor matrices = embed(call, x, call.integer("offset"));
        List<Integer> order = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < rank; i++) {
            order.add(i == first ? rank - 2 : i == second ? rank - 1 : next++);
        }
        return call.primitives().permute(matrices, order);
    }

    /** Matrices with the last axis as a diagonal. */
    private static SymbolicTensor embed(OperatorCall call, SymbolicTensor x, long offset) {
        Primitives to = call.primitives();
        int axis = x.rank() - 1;
        long size = x.dim(axis).value() + Math.abs(offset);
        SymbolicTensor rows = x;
        if (offset != 0) {
            List<Dim> shape = new ArrayList<>(x.shape());
            shape.set(axis, Dim.of(Math.abs(offset)));
            SymbolicTensor zeros =
                    new SymbolicTensor(x.type(), shape, new Source.Filled(Value.Int.of(0)));
            rows = to.concat(offset > 0 ? List.of(x, zeros) : List.of(zeros, x), axis);
        }
        List<Dim> shape = new ArrayList<>(rows.shape());
        shape.add(Dim.of(size));
        SymbolicTensor repeated = to.expand(to.unsqueeze(rows, axis + 1), shape);
        return masked(call, repeated, "Equal", offset);
    }
}
