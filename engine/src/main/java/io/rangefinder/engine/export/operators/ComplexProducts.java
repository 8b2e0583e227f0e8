package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Products of complex matrices as one product of real ones: the pairs of a row {@code (a, b)} are
 * multiplied by blocks {@code (c, d; -d, c)}, which makes pairs again. Stateless.
 */
final class ComplexProducts {

    /** Labels of axes that no equation has: the parts of an operand, and those of the result. */
    private static final int PARTS = Integer.MIN_VALUE;

    private static final int MADE = Integer.MIN_VALUE + 1;

    private ComplexProducts() {}

    /** The blocks of a pair: an axis for the other operand's parts is put where it is wanted. */
    private static SymbolicTensor blocks(OperatorCall call, SymbolicTensor pair, int axis) {
        Primitives to = call.primitives();
        SymbolicTensor blocks =
                to.concat(
                        List.of(
                                to.unsqueeze(pair, axis),
                                to.unsqueeze(ComplexTensors.turned(call, pair), axis)),
                        axis);
        return call.graph().ofComplex(blocks);
    }

    /** The product of matrices, the left one real or complex, the right one complex. */
    static SymbolicTensor matmul(OperatorCall call, SymbolicTensor left, SymbolicTensor right) {
        Primitives to = call.primitives();
        if (!right.type().isComplex()) {
            SymbolicTensor a = left.realView();
            return ComplexTensors.join(
                    to,
                    to.matmul(ComplexTensors.part(to, a, 0), right),
                    to.matmul(ComplexTensors.part(to, a, 1), right));
        }
        boolean row = left.rank() == 1;
        boolean column = right.rank() == 1;
        SymbolicTensor b = right.realView();
        b = column ? to.unsqueeze(b, 1) : b;
        SymbolicTensor product =
                left.type().isComplex()
                        ? complexRows(call, left.realView(), b, row)
                        : realRows(to, left, b, row);
        List<Dim> shape = new ArrayList<>(product.shape().subList(0, product.rank() - 1));
        if (row) {
            shape.remove(shape.size() - 1);
        }
        if (!column) {
            shape.add(b.dim(-2));
        }
        shape.add(Dim.of(2));
        return to.reshape(product, shape).complexView();
    }

    private static SymbolicTensor complexRows(
            OperatorCall call, SymbolicTensor pair, SymbolicTensor b, boolean row) {
        Primitives to = call.primitives();
        SymbolicTensor a = row ? to.unsqueeze(pair, 0) : pair;
        if (!a.dim(-2).equals(b.dim(-3))) {
            throw call.unsupported(
                    "multiplies matrices of shapes " + a.shape() + " and " + b.shape());
        }
        // …, in, parts, out, made
        SymbolicTensor blocks = mergedLast(to, blocks(call, b, b.rank() - 2));
        return to.matmul(mergedLast(to, a), merged(to, blocks, blocks.rank() - 3));
    }

    private static SymbolicTensor realRows(
            Primitives to, SymbolicTensor left, SymbolicTensor b, boolean row) {
        return to.matmul(row ? to.unsqueeze(left, 0) : left, mergedLast(to, b));
    }

    private static SymbolicTensor mergedLast(Primitives to, SymbolicTensor x) {
        return merged(to, x, x.rank() - 2);
    }

    /** An axis and the next one as one. */
    private static SymbolicTensor merged(Primitives to, SymbolicTensor x, int axis) {
        List<Dim> shape = new ArrayList<>(x.shape());
        Dim length = shape.remove(axis).times(shape.get(axis));
        shape.set(axis, length);
        return to.reshape(x, shape);
    }

    static SymbolicTensor matmul(OperatorCall call) {
        for (String other : List.of("other", "mat2", "vec")) {
            if (call.has(other)) {
                return matmul(call, call.tensor("self"), call.tensor(other));
            }
        }
        throw call.unsupported("has no second matrix");
    }

    /** {@code x weightᵀ + bias}. */
    static Value linear(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor weight = call.tensor("weight");
        SymbolicTensor turned =
                weight.type().isComplex()
                        ? to.permute(weight.realView(), List.of(1, 0, 2)).complexView()
                        : to.transpose(weight, 0, 1);
        return plus(call, matmul(call, call.tensor("input"), turned), call.optTensor("bias"));
    }

    private static Value plus(
            OperatorCall call, SymbolicTensor product, Optional<SymbolicTensor> more) {
        if (more.isEmpty()) {
            return OperatorCall.result(product);
        }
        Map<String, Value> arguments = new LinkedHashMap<>();
        arguments.put("self", OperatorCall.result(product));
        arguments.put("other", OperatorCall.result(more.get()));
        return ComplexArithmetic.add(call.with(arguments));
    }

    /** {@code addmm}, {@code baddbmm}: self and the product, without factors. */
    static Value added(OperatorCall call, String left, String right) {
        if (call.real("beta") != 1 || call.real("alpha") != 1) {
            throw call.unsupported("multiplies by beta or alpha, which has no real form here");
        }
        return plus(
                call,
                matmul(call, call.tensor(left), call.tensor(right)),
                Optional.of(call.tensor("self")));
    }

    /** {@code dot}; of {@code vdot} the first is conjugated. */
    static SymbolicTensor dot(OperatorCall call, boolean conjugated) {
        SymbolicTensor a = call.tensor("self");
        SymbolicTensor left =
                conjugated
                        ? ComplexTensors.conjugate(call.primitives(), a.realView()).complexView()
                        : a;
        return matmul(call, left, call.tensor(call.has("tensor") ? "tensor" : "other"));
    }

    static SymbolicTensor outer(OperatorCall call) {
        return contract(
                call,
                List.of(
                        new Einsum.Labelled(call.tensor("self"), List.of(0)),
                        new Einsum.Labelled(call.tensor("vec2"), List.of(1))),
                List.of(0, 1));
    }

    /** Over the last axis of both. */
    static SymbolicTensor inner(OperatorCall call) {
        int last = call.tensor("self").rank() - 1;
        int lastOfOther = call.tensor("other").rank() - 1;
        if (last < 0 || lastOfOther < 0) {
            throw call.unsupported("multiplies a number by a vector");
        }
        return tensordot(call, List.of(last), List.of(lastOfOther));
    }

    static SymbolicTensor tensordot(OperatorCall call) {
        int rank = call.tensor("self").rank();
        int rankOfOther = call.tensor("other").rank();
        return tensordot(
                call,
                call.longs("dims_self").stream().map(d -> call.axis(d, rank)).toList(),
                call.longs("dims_other").stream().map(d -> call.axis(d, rankOfOther)).toList());
    }

    private static SymbolicTensor tensordot(
            OperatorCall call, List<Integer> over, List<Integer> overOther) {
        SymbolicTensor a = call.tensor("self");
        SymbolicTensor b = call.tensor("other");
        Products.Paired paired = Products.paired(a.rank(), b.rank(), over, overOther);
        return contract(
                call,
                List.of(
                        new Einsum.Labelled(a, paired.first()),
                        new Einsum.Labelled(b, paired.second())),
                paired.result());
    }

    /** Each element of the one times the whole other. */
    static SymbolicTensor kron(OperatorCall call) {
        SymbolicTensor a = call.tensor("self");
        SymbolicTensor b = call.tensor("other");
        ElementType part =
                Promotion.common(List.of(call.value("self"), call.value("other"))).part();
        Products.Blocks blocks = Products.blocks(a, b);
        Primitives to = call.primitives();
        SymbolicTensor product =
                ComplexArithmetic.times(
                        call,
                        to.reshape(
                                ComplexTensors.pair(call, call.value("self"), part),
                                withParts(blocks.first())),
                        to.reshape(
                                ComplexTensors.pair(call, call.value("other"), part),
                                withParts(blocks.second())));
        return to.reshape(product, withParts(blocks.result())).complexView();
    }

    private static List<Dim> withParts(List<Dim> shape) {
        List<Dim> more = new ArrayList<>(shape);
        more.add(Dim.of(2));
        return more;
    }

    static SymbolicTensor einsum(OperatorCall call) {
        Einsum.Equation equation = Einsum.equation(call);
        for (Einsum.Labelled operand : equation.operands()) {
            if (Set.copyOf(operand.labels()).size() < operand.labels().size()) {
                throw call.unsupported("takes a diagonal of complex numbers");
            }
        }
        return contract(call, equation.operands(), equation.result());
    }

    /** Sums of products, from left to right; some of the operands are complex. */
    private static SymbolicTensor contract(
            OperatorCall call, List<Einsum.Labelled> operands, List<Integer> result) {
        Einsum.Labelled product = operands.get(0);
        for (int i = 1; i < operands.size(); i++) {
            Set<Integer> needed = new LinkedHashSet<>(result);
            operands.subList(i + 1, operands.size()).forEach(o -> needed.addAll(o.labels()));
            Set<Integer> kept = new LinkedHashSet<>(product.labels());
            kept.addAll(operands.get(i).labels());
            kept.retainAll(needed);
            List<Integer> labels = List.copyOf(kept);
            product = new Einsum.Labelled(multiply(call, product, operands.get(i), labels), labels);
        }
        Einsum.Labelled all = product;
        if (!all.tensor().type().isComplex()) {
            return Einsum.contract(call, List.of(all), result);
        }
        return Einsum.contract(call, List.of(withParts(all, MADE)), plus(result, MADE))
                .complexView();
    }

    private static SymbolicTensor multiply(
            OperatorCall call, Einsum.Labelled left, Einsum.Labelled right, List<Integer> result) {
        ElementType type =
                Promotion.common(
                        List.of(
                                OperatorCall.result(left.tensor()),
                                OperatorCall.result(right.tensor())));
        boolean both = left.tensor().type().isComplex() && right.tensor().type().isComplex();
        if (!both) {
            List<Einsum.Labelled> operands = new ArrayList<>();
            for (Einsum.Labelled operand : List.of(left, right)) {
                operands.add(
                        operand.tensor().type().isComplex() ? withParts(operand, MADE) : operand);
            }
            return type.isComplex()
                    ? Einsum.contract(call, operands, plus(result, MADE)).complexView()
                    : Einsum.contract(call, operands, result);
        }
        // What is constant is made a matrix of blocks, which then costs nothing.
        boolean swap = left.tensor().isConstant() && !right.tensor().isConstant();
        Einsum.Labelled rows = withParts(swap ? right : left, PARTS);
        Einsum.Labelled other = swap ? left : right;
        SymbolicTensor pair = other.tensor().realView();
        Einsum.Labelled blocks =
                new Einsum.Labelled(
                        blocks(call, pair, pair.rank() - 1),
                        plus(plus(other.labels(), PARTS), MADE));
        return Einsum.contract(call, List.of(rows, blocks), plus(result, MADE)).complexView();
    }

    private static Einsum.Labelled withParts(Einsum.Labelled complex, int label) {
        return new Einsum.Labelled(complex.tensor().realView(), plus(complex.labels(), label));
    }

    private static List<Integer> plus(List<Integer> labels, int label) {
        List<Integer> more = new ArrayList<>(labels);
        more.add(label);
        return more;
    }

    /**
     * A convolution whose channels are the parts of complex ones.
     *
     * @param isTransposed whether the operator is, if no argument says so
     */
    static Operator convolution(Operator operator, boolean isTransposed) {
        return call -> {
            boolean transposed = call.has("transposed") ? call.truth("transposed") : isTransposed;
            boolean complex =
                    call.tensor("input").type().isComplex()
                            && call.tensor("weight").type().isComplex();
            if (!complex) {
                throw call.unsupported("has a weight of another kind than its input");
            }
            Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
            SymbolicTensor x = call.tensor("input");
            SymbolicTensor weight = call.tensor("weight").realView();
            int spatial = weight.rank() - 3;
            int batched = x.rank() - spatial - 1;
            Primitives to = call.primitives();
            arguments.put("input", OperatorCall.result(channels(to, x.realView(), batched)));
            SymbolicTensor blocks = blocks(call, weight, weight.rank() - 1);
            // out, in, kernel, parts, made; transposed: in, out, kernel, parts, made
            int last = blocks.rank();
            int first = transposed ? last - 2 : last - 1;
            List<Integer> order = new ArrayList<>(List.of(0, first, 1, 2 * last - 3 - first));
            for (int i = 2; i < last - 2; i++) {
                order.add(i);
            }
            SymbolicTensor kernel = to.permute(blocks, order);
            kernel = merged(to, merged(to, kernel, 2), 0);
            arguments.put("weight", OperatorCall.result(kernel));
            if (call.has("bias")) {
                SymbolicTensor bias = call.tensor("bias").realView();
                arguments.put("bias", OperatorCall.result(merged(to, bias, 0)));
            }
            SymbolicTensor made = ((Value.Tensor) operator.apply(call.with(arguments))).get();
            List<Dim> apart = new ArrayList<>(made.shape());
            apart.set(batched, made.dim(batched).floorDividedBy(Dim.of(2)));
            apart.add(batched + 1, Dim.of(2));
            List<Integer> back = Shapes.leading(apart.size());
            back.remove(batched + 1);
            back.add(batched + 1);
            return ComplexArithmetic.result(to.permute(to.reshape(made, apart), back));
        };
    }

    /** The parts behind their channel, and both as one axis. */
    private static SymbolicTensor channels(Primitives to, SymbolicTensor pair, int axis) {
        List<Integer> order = Shapes.leading(pair.rank() - 1);
        order.add(axis + 1, pair.rank() - 1);
        return merged(to, to.permute(pair, order), axis);
    }
}
