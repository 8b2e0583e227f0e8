package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Products of vectors, and rarer ones of matrices. Stateless. */
final class Products {

    private Products() {}

    static SymbolicTensor dot(OperatorCall call) {
        return call.primitives()
                .matmul(call.tensor("self"), call.tensor(call.has("tensor") ? "tensor" : "other"));
    }

    static SymbolicTensor matrixVector(OperatorCall call) {
        return call.primitives().matmul(call.tensor("self"), call.tensor("vec"));
    }

    static SymbolicTensor outer(OperatorCall call) {
        return outer(call.primitives(), call.tensor("self"), call.tensor("vec2"));
    }

    private static SymbolicTensor outer(Primitives to, SymbolicTensor a, SymbolicTensor b) {
        return to.mul(to.unsqueeze(a, 1), b);
    }

    /** {@code beta self + alpha product}; without beta, self is not looked at. */
    private static SymbolicTensor added(OperatorCall call, SymbolicTensor product) {
        Primitives to = call.primitives();
        SymbolicTensor scaled = to.mul(product, call.real("alpha"));
        SymbolicTensor self = call.tensor("self");
        if (call.real("beta") == 0) {
            return to.expand(scaled, Primitives.broadcast(self.shape(), scaled.shape()));
        }
        return to.add(to.mul(self, call.real("beta")), scaled);
    }

    static SymbolicTensor addmv(OperatorCall call) {
        return added(call, call.primitives().matmul(call.tensor("mat"), call.tensor("vec")));
    }

    static SymbolicTensor addr(OperatorCall call) {
        return added(call, outer(call.primitives(), call.tensor("vec1"), call.tensor("vec2")));
    }

    static SymbolicTensor baddbmm(OperatorCall call) {
        return added(call, call.primitives().matmul(call.tensor("batch1"), call.tensor("batch2")));
    }

    static SymbolicTensor addbmm(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor products = to.matmul(call.tensor("batch1"), call.tensor("batch2"));
        return added(call, to.reduce("ReduceSum", products, List.of(0), false));
    }

    /** Over the last axis of both. */
    static SymbolicTensor inner(OperatorCall call) {
        SymbolicTensor a = call.tensor("self");
        SymbolicTensor b = call.tensor("other");
        if (a.rank() == 0 || b.rank() == 0) {
            return call.primitives().mul(a, b);
        }
        return tensordot(call, a, b, List.of(a.rank() - 1), List.of(b.rank() - 1));
    }

    static SymbolicTensor tensordot(OperatorCall call) {
        SymbolicTensor a = call.tensor("self");
        SymbolicTensor b = call.tensor("other");
        return tensordot(
                call,
                a,
                b,
                call.longs("dims_self").stream().map(d -> call.axis(d, a.rank())).toList(),
                call.longs("dims_other").stream().map(d -> call.axis(d, b.rank())).toList());
    }

    private static SymbolicTensor tensordot(
            OperatorCall call,
            SymbolicTensor a,
            SymbolicTensor b,
            List<Integer> overA,
            List<Integer> overB) {
        Paired paired = paired(a.rank(), b.rank(), overA, overB);
        return Einsum.contract(
                call,
                List.of(
                        new Einsum.Labelled(a, paired.first()),
                        new Einsum.Labelled(b, paired.second())),
                paired.result());
    }

    /** Labels of two tensors whose axes are summed over in pairs, and of the result. */
    record Paired(List<Integer> first, List<Integer> second, List<Integer> result) {}

    static Paired paired(int rankA, int rankB, List<Integer> overA, List<Integer> overB) {
        List<Integer> labelsA = new ArrayList<>(IntStream.range(0, rankA).boxed().toList());
        List<Integer> labelsB =
                new ArrayList<>(IntStream.range(rankA, rankA + rankB).boxed().toList());
        for (int i = 0; i < overA.size(); i++) {
            labelsB.set(overB.get(i), overA.get(i));
        }
        List<Integer> kept = new ArrayList<>(labelsA);
        kept.addAll(labelsB);
        kept.removeIf(overA::contains);
        return new Paired(labelsA, labelsB, kept);
    }

    /** A chain of matrices; the first and the last may be vectors. */
    static SymbolicTensor chain(OperatorCall call) {
        List<SymbolicTensor> matrices = call.tensors(call.has("tensors") ? "tensors" : "matrices");
        SymbolicTensor product = matrices.get(0);
        for (SymbolicTensor next : matrices.subList(1, matrices.size())) {
            product = call.primitives().matmul(product, next);
        }
        return product;
    }

    /** Each element of the one times the whole other. */
    static SymbolicTensor kron(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor a = call.tensor("self");
        SymbolicTensor b = call.tensor("other");
        Blocks blocks = blocks(a, b);
        SymbolicTensor product =
                to.mul(to.reshape(a, blocks.first()), to.reshape(b, blocks.second()));
        return to.reshape(product, blocks.result());
    }

    /** Shapes of two tensors of which the one's elements meet the whole other, and the result's. */
    record Blocks(List<Dim> first, List<Dim> second, List<Dim> result) {}

    static Blocks blocks(SymbolicTensor a, SymbolicTensor b) {
        int rank = Math.max(a.rank(), b.rank());
        List<Dim> wideA = new ArrayList<>();
        List<Dim> wideB = new ArrayList<>();
        List<Dim> shape = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Dim ofA = i < rank - a.rank() ? Dim.ONE : a.dim(i - rank + a.rank());
            Dim ofB = i < rank - b.rank() ? Dim.ONE : b.dim(i - rank + b.rank());
            wideA.addAll(List.of(ofA, Dim.ONE));
            wideB.addAll(List.of(Dim.ONE, ofB));
            shape.add(ofA.times(ofB));
        }
        return new Blocks(wideA, wideB, shape);
    }

    /** {@code Σij a_i weight_oij b_j + bias_o}. */
    static SymbolicTensor bilinear(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor a = call.tensor("input1");
        SymbolicTensor b = call.tensor("input2");
        SymbolicTensor weight = call.tensor("weight");
        Dim inputs = weight.dim(1);
        List<Dim> matrix = List.of(inputs, weight.dim(0).times(weight.dim(2)));
        SymbolicTensor rows =
                to.matmul(a, to.reshape(to.permute(weight, List.of(1, 0, 2)), matrix));
        List<Dim> apart = new ArrayList<>(a.shape().subList(0, a.rank() - 1));
        apart.addAll(List.of(weight.dim(0), weight.dim(2)));
        SymbolicTensor products = to.mul(to.reshape(rows, apart), to.unsqueeze(b, b.rank() - 1));
        SymbolicTensor sum = to.reduce("ReduceSum", products, List.of(products.rank() - 1), false);
        return call.optTensor("bias").map(bias -> to.add(sum, bias)).orElse(sum);
    }

    /** Of vectors of three elements, along an axis. */
    static SymbolicTensor cross(OperatorCall call) {
        SymbolicTensor a = call.tensor("self");
        SymbolicTensor b = call.tensor("other");
        Primitives to = call.primitives();
        int rank = Math.max(a.rank(), b.rank());
        int axis =
                call.has("dim")
                        ? call.axis("dim", rank)
                        : Primitives.broadcast(a.shape(), b.shape()).indexOf(Dim.of(3));
        int ofA = axis - rank + a.rank();
        int ofB = axis - rank + b.rank();
        List<Long> next = List.of(1L, 2L, 0L);
        List<Long> last = List.of(2L, 0L, 1L);
        return to.sub(
                to.mul(Gathers.gather(call, a, next, ofA), Gathers.gather(call, b, last, ofB)),
                to.mul(Gathers.gather(call, a, last, ofA), Gathers.gather(call, b, next, ofB)));
    }
}
