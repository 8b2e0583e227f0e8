package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of a table by their indices. Stateless. */
final class Embeddings {

    private Embeddings() {}

    /** The padding's index matters to gradients only. */
    static SymbolicTensor embedding(OperatorCall call) {
        return rows(call, call.tensor("weight"), call.tensor("indices"));
    }

    private static SymbolicTensor rows(
            OperatorCall call, SymbolicTensor table, SymbolicTensor indices) {
        List<Dim> shape = new ArrayList<>(indices.shape());
        shape.addAll(table.shape().subList(1, table.rank()));
        return call.graph()
                .node(
                        "Gather",
                        table.type(),
                        shape,
                        List.of(table, indices),
                        Attributes.of("axis", 0L));
    }

    static SymbolicTensor oneHot(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        long classes = call.integer("num_classes");
        if (classes < 0) {
            throw call.unsupported("has as many classes as the largest index says");
        }
        call.checkLength(classes);
        List<Value.Scalar> numbers = new ArrayList<>();
        for (long i = 0; i < classes; i++) {
            numbers.add(Value.Int.of(i));
        }
        SymbolicTensor all = SymbolicTensor.of(x.type(), List.of(Dim.of(classes)), numbers);
        return to.cast(to.compare("Equal", to.unsqueeze(x, x.rank()), all), ElementType.INT64);
    }

    /** The sum (0), the mean (1) or the largest (2) of the rows of each bag. */
    static Value bag(OperatorCall call) {
        SymbolicTensor indices = call.tensor("indices");
        SymbolicTensor offsets = call.tensor("offsets");
        if (call.truth("include_last_offset") || call.has("padding_idx")) {
            throw call.unsupported("has padding or a last offset");
        }
        Dim bags = offsets.dim(0);
        Dim length = indices.count().floorDividedBy(bags);
        boolean even = distance(call, offsets).filter(length::equals).isPresent();
        if (!even || !length.times(bags).equals(indices.count())) {
            throw call.unsupported("has bags of different lengths");
        }
        Primitives to = call.primitives();
        SymbolicTensor rows =
                rows(call, call.tensor("weight"), to.reshape(indices, List.of(bags, length)));
        if (call.has("per_sample_weights")) {
            SymbolicTensor weights =
                    to.reshape(call.tensor("per_sample_weights"), List.of(bags, length, Dim.ONE));
            rows = to.mul(rows, weights);
        }
        String operator =
                switch ((int) call.integer("mode")) {
                    case 0 -> "ReduceSum";
                    case 1 -> "ReduceMean";
                    default -> "ReduceMax";
                };
        // What follows serves gradients.
        return Value.Tuple.of(
                List.of(
                        OperatorCall.result(to.reduce(operator, rows, List.of(1), false)),
                        Value.Opaque.OPAQUE,
                        Value.Opaque.OPAQUE,
                        Value.Opaque.OPAQUE));
    }

    /** The distance between offsets, if they are at equal distances from 0 on. */
    private static Optional<Dim> distance(OperatorCall call, SymbolicTensor offsets) {
        if (offsets.source() instanceof Source.Range range) {
            return range.start().is(0) ? Optional.of(range.step()) : Optional.empty();
        }
        List<Value.Scalar> values =
                call.graph()
                        .elements(offsets)
                        .orElseThrow(
                                () -> call.unsupported("has offsets that depend on the input"));
        Dim step = values.size() > 1 ? values.get(1).whole() : call.tensor("indices").count();
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).whole().equals(step.times(Dim.of(i)))) {
                return Optional.empty();
            }
        }
        return Optional.of(step);
    }
}
