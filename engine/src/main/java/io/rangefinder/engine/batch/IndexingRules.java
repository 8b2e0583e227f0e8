package io.rangefinder.engine.batch;

import io.rangefinder.engine.batch.Flow.Rows;
import io.rangefinder.engine.batch.Flow.Same;
import java.util.List;
import java.util.Optional;

/** Operators that pick elements by their places, and recurrent layers. */
final class IndexingRules {

    private IndexingRules() {}

    static Flow gather(FlowStep step) {
        Optional<Rows> data = step.rows(0);
        Optional<Rows> indices = step.rows(1);
        int axis = FlowStep.axis(step.attribute("axis", 0), step.shape(0).length);
        if (data.isPresent() && indices.isPresent()) {
            return step.mixed("picks from each row of the batch what the others say");
        }
        if (indices.isPresent()) {
            return step.flow(0) instanceof Same
                    ? indices.get().moved(axis + indices.get().axis())
                    : step.mixed("computes with the batch's length");
        }
        Rows rows = data.orElseThrow();
        if (rows.axis() == axis) {
            return step.mixed("picks rows of the batch");
        }
        if (!(step.flow(1) instanceof Same)) {
            return step.mixed("computes with the batch's length");
        }
        return rows.axis() < axis ? rows : rows.moved(rows.axis() + step.shape(1).length - 1);
    }

    static Flow elements(FlowStep step) {
        return Broadcasting.alongAxis(
                step, FlowStep.axis(step.attribute("axis", 0), step.shape(0).length));
    }

    static Flow gatherNd(FlowStep step) {
        long shared = step.attribute("batch_dims", 0);
        Optional<Rows> data = step.rows(0);
        Optional<Rows> indices = step.rows(1);
        if (data.isPresent() && data.equals(indices) && data.get().axis() < shared) {
            return data.get();
        }
        boolean table = data.isEmpty() && step.flow(0) instanceof Same && shared == 0;
        if (table && indices.get().axis() < step.shape(1).length - 1) {
            return indices.get();
        }
        return step.mixed("picks elements by their places, by the batch's too");
    }

    static Flow scatterNd(FlowStep step) {
        Optional<Rows> data = step.rows(0);
        long[] indices = step.shape(1);
        int depth = Math.toIntExact(indices[indices.length - 1]);
        if (data.isEmpty() || !(step.flow(1) instanceof Same) || data.get().axis() < depth) {
            return step.mixed("puts elements at places, by the batch's too");
        }
        Rows rows = data.get();
        Rows update = rows.moved(rows.axis() - depth + indices.length - 1);
        boolean fits = step.rows(2).map(update::equals).orElseGet(() -> same(step, update));
        return fits ? rows : step.mixed("puts each row of the batch among the others");
    }

    private static boolean same(FlowStep step, Rows update) {
        return step.flow(2) instanceof Same && step.repeats(2, update.axis(), update);
    }

    static Flow oneHot(FlowStep step) {
        if (step.anyRows(1, 2)) {
            return step.mixed("takes a setting that depends on the batch");
        }
        Rows rows = step.rows(0).orElseThrow();
        int axis = FlowStep.axis(step.attribute("axis", -1), step.outputShape().length);
        return rows.moved(rows.axis() < axis ? rows.axis() : rows.axis() + 1);
    }

    static Flow cumulative(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        Optional<List<Long>> axis = step.integers(1);
        if (rows == null || axis.isEmpty() || axis.get().isEmpty()) {
            return step.mixed("adds up along an axis that is not constant");
        }
        return FlowStep.axis(axis.get().get(0), step.shape(0).length) == rows.axis()
                ? step.mixed("adds up over the batch")
                : rows;
    }

    static Flow triangle(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        return rows != null && !step.anyRows(1) && rows.axis() < step.shape(0).length - 2
                ? rows
                : step.mixed("works along the batch's axis");
    }

    /**
     * LSTM, GRU and RNN. X is (T, N, I), the outputs (T, D, N, H), (D, N, H) and (D, N, H); with
     * layout 1 the batch is first in all. The state that is given must be each row's own.
     */
    static Rows[] recurrent(FlowStep step) {
        boolean first = step.attribute("layout", 0) == 1;
        int of = first ? 0 : 1;
        boolean fits = step.rows(0).filter(Rows.at(of)::equals).isPresent();
        fits = fits && !step.anyRows(1, 2, 3, 7);
        fits = fits && fits(step, 4, 0) && fits(step, 5, of) && fits(step, 6, of);
        return fits ? new Rows[] {Rows.at(first ? 0 : 2), Rows.at(of), Rows.at(of)} : new Rows[0];
    }

    private static boolean fits(FlowStep step, int input, int axis) {
        if (!step.has(input)) {
            return true;
        }
        return step.rows(input)
                .map(Rows.at(axis)::equals)
                .orElseGet(
                        () ->
                                step.flow(input) instanceof Same
                                        && step.repeats(input, axis, Rows.at(axis)));
    }
}
