package io.rangefinder.engine.export.operators;

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
        return Gathers.gather(call, call.tensor("weight"), call.tensor("indices"), 0);
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
        if (call.truth("include_last_offset")) {
            throw call.unsupported("has a last offset");
        }
        Dim bags = offsets.dim(0);
        Dim length = indices.count().floorDividedBy(bags);
        boolean even = distance(call, offsets).filter(length::equals).isPresent();
        if (!even || !length.times(bags).equals(indices.count())) {
            throw call.unsupported("has bags of different lengths");
        }
        Primitives to = call.primitives();
        SymbolicTensor places = to.reshape(indices, List.of(bags, length));
        SymbolicTensor rows = Gathers.gather(call, call.tensor("weight"), places, 0);
        if (call.has("per_sample_weights")) {
            SymbolicTensor weights =
                    to.reshape(call.tensor("per_sample_weights"), List.of(bags, length, Dim.ONE));
            rows = to.mul(rows, weights);
        }
        SymbolicTensor result =
                call.has("padding_idx")
                        ? padded(call, rows, places)
                        : to.reduce(reduction(call), rows, List.of(1), false);
        // What follows serves gradients.
        return Value.Tuple.of(
                List.of(
                        OperatorCall.result(result),
                        Value.Opaque.OPAQUE,
                        Value.Opaque.OPAQUE,
                        Value.Opaque.OPAQUE));
    }

    private static String reduction(OperatorCall call) {
        return switch ((int) call.integer("mode")) {
            case 0 -> "ReduceSum";
            case 1 -> "ReduceMean";
            default -> "ReduceMax";
        };
    }

    /** Of the rows that are no padding; of none, zero. */
    private static SymbolicTensor padded(
            OperatorCall call, SymbolicTensor rows, SymbolicTensor places) {
        Primitives to = call.primitives();
        SymbolicTensor padding = to.number(call.integer("padding_idx"), places);
        SymbolicTensor apart = to.unsqueeze(to.compare("Equal", places, padding), 2);
        SymbolicTensor zero = to.number(0, rows);
        SymbolicTensor used = to.where(apart, zero, to.number(1, rows));
        SymbolicTensor count = to.reduce("ReduceSum", used, List.of(1), false);
        if (reduction(call).equals("ReduceMax")) {
            SymbolicTensor least = to.number(Double.NEGATIVE_INFINITY, rows);
            SymbolicTensor largest =
                    to.reduce("ReduceMax", to.where(apart, least, rows), List.of(1), false);
            return to.where(to.compare("Equal", count, zero), zero, largest);
        }
        SymbolicTensor sum = to.reduce("ReduceSum", to.where(apart, zero, rows), List.of(1), false);
        return reduction(call).equals("ReduceSum")
                ? sum
                : to.div(sum, to.binary("Max", count, to.number(1, rows)));
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
