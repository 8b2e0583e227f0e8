package io.rangefinder.engine.export.graph;

import io.rangefinder.engine.export.symbolic.Axis;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Factor;
import io.rangefinder.engine.export.symbolic.Quotient;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Term;
import java.util.List;
import java.util.Optional;

/** Open lengths as nodes that compute them from the shapes of inputs when the model runs. */
final class Lengths {

    private static final List<Dim> ONE = List.of(Dim.ONE);

    private final GraphBuilder graph;

    Lengths(GraphBuilder graph) {
        this.graph = graph;
    }

    /** A tensor of one axis and one element. */
    SymbolicTensor of(Dim dim) {
        Optional<SymbolicTensor> sum = Optional.empty();
        for (Term term : dim.terms()) {
            SymbolicTensor product = product(term);
            sum = Optional.of(sum.map(s -> node("Add", s, product)).orElse(product));
        }
        SymbolicTensor constant = graph.longs(dim.constant());
        return sum.map(s -> dim.constant() == 0 ? s : node("Add", s, constant)).orElse(constant);
    }

    private SymbolicTensor product(Term term) {
        Optional<SymbolicTensor> product = Optional.empty();
        for (Factor factor : term.factors()) {
            SymbolicTensor next = factor(factor);
            product = Optional.of(product.map(p -> node("Mul", p, next)).orElse(next));
        }
        SymbolicTensor open = product.orElseThrow();
        return term.times() == 1 ? open : node("Mul", open, graph.longs(term.times()));
    }

    private SymbolicTensor factor(Factor factor) {
        if (factor instanceof Quotient quotient) {
            // ONNX divides towards zero, which is down where nothing is negative.
            if (!Dim.ZERO.isAtMost(quotient.dividend())) {
                throw new ArithmeticException("divides the negative length " + quotient);
            }
            return node("Div", of(quotient.dividend()), graph.longs(quotient.divisor()));
        }
        return axis((Axis) factor);
    }

    private SymbolicTensor axis(Axis axis) {
        for (SymbolicTensor input : graph.inputs()) {
            for (int i = 0; i < input.rank(); i++) {
                if (input.dim(i).axes().contains(axis)) {
                    long times = input.dim(i).terms().get(0).times();
                    SymbolicTensor length = length(input, i);
                    return times == 1 ? length : node("Div", length, graph.longs(times));
                }
            }
        }
        throw new IllegalStateException("no input has the axis " + axis);
    }

    private SymbolicTensor length(SymbolicTensor input, int axis) {
        SymbolicTensor shape =
                graph.node(
                        "Shape", ElementType.INT64, List.of(Dim.of(input.rank())), List.of(input));
        return graph.node(
                "Gather",
                ElementType.INT64,
                ONE,
                List.of(shape, graph.longs(axis)),
                Attributes.of("axis", 0L));
    }

    private SymbolicTensor node(String operator, SymbolicTensor a, SymbolicTensor b) {
        return graph.node(operator, ElementType.INT64, ONE, List.of(a, b));
    }
}
