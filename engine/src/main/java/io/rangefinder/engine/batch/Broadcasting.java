package io.rangefinder.engine.batch;

import io.rangefinder.engine.batch.Flow.Lengths;
import io.rangefinder.engine.batch.Flow.Mixed;
import io.rangefinder.engine.batch.Flow.Rows;
import java.util.Optional;

/** Operators that work element by element. */
final class Broadcasting {

    private Broadcasting() {}

    /** One input whose elements are changed each by itself; the others are settings. */
    static Flow unary(FlowStep step) {
        for (int i = 1; i < step.inputs(); i++) {
            if (step.has(i) && !(step.flow(i) instanceof Flow.Same)) {
                return step.mixed("takes a setting that depends on the batch");
            }
        }
        return step.flow(0);
    }

    /** Inputs that are aligned at their last axes. */
    static Flow elementwise(FlowStep step) {
        int inputs = step.inputs();
        int rank = step.outputShape().length;
        Optional<Rows> all = Optional.empty();
        for (int i = 0; i < inputs; i++) {
            if (step.flow(i) instanceof Lengths) {
                return step.mixed("computes with the batch's length");
            }
            if (step.rows(i).isEmpty()) {
                continue;
            }
            Rows own = step.rows(i).get();
            Rows shifted = own.moved(own.axis() + rank - step.shape(i).length);
            if (all.isPresent() && !all.get().equals(shifted)) {
                return step.mixed("puts each row of the batch against the others");
            }
            all = Optional.of(shifted);
        }
        Rows rows = all.orElseThrow();
        if (step.outputShape()[rows.axis()] != length(step, rows)) {
            return step.mixed("repeats the batch along its own axis");
        }
        for (int i = 0; i < inputs; i++) {
            if (step.has(i) && step.rows(i).isEmpty()) {
                int axis = rows.axis() - rank + step.shape(i).length;
                if (!step.repeats(i, axis, rows)) {
                    return step.mixed("takes another number for each place in the batch");
                }
            }
        }
        return rows;
    }

    /** Nothing, unless it is told to train. */
    static Flow dropout(FlowStep step) {
        return step.has(2) ? step.mixed("may drop at random") : unary(step);
    }

    static long length(FlowStep step, Rows rows) {
        return rows.outer() * step.batch() * rows.inner();
    }

    /** Q and DQ: scales are one number, or one along an axis of the data. */
    static Flow quantization(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        if (rows == null || step.anyRows(1, 2)) {
            return step.mixed("takes a scale that depends on the batch");
        }
        boolean one = FlowStep.product(step.shape(1), 0, step.shape(1).length) == 1;
        int rank = step.shape(0).length;
        boolean apart = FlowStep.axis(step.attribute("axis", 1), rank) != rows.axis();
        return one || apart ? rows : step.mixed("takes another scale for each place in the batch");
    }

    /** Joins inputs along an axis; all but that axis must agree. */
    static Flow concat(FlowStep step) {
        int rank = step.outputShape().length;
        int axis = FlowStep.axis(step.attribute("axis", 0), rank);
        for (int i = 0; i < step.inputs(); i++) {
            if (step.rows(i).filter(r -> r.axis() == axis).isPresent()) {
                return step.mixed("puts something beside the batch's rows");
            }
        }
        return elementwise(step);
    }

    /**
     * The same rows in all inputs, each of the output's shape but for one axis that isn't rows'.
     */
    static Flow alongAxis(FlowStep step, int axis) {
        Optional<Rows> all = Optional.empty();
        for (int i = 0; i < step.inputs(); i++) {
            if (step.flow(i) instanceof Lengths) {
                return step.mixed("computes with the batch's length");
            }
            Optional<Rows> own = step.rows(i);
            if (own.isPresent() && all.isPresent() && !own.equals(all)) {
                return step.mixed("puts each row of the batch against the others");
            }
            all = all.or(() -> own);
        }
        Rows rows = all.orElseThrow();
        if (rows.axis() == axis) {
            return step.mixed("works along the batch's axis");
        }
        for (int i = 0; i < step.inputs(); i++) {
            if (step.rows(i).isEmpty() && !step.repeats(i, rows.axis(), rows)) {
                return step.mixed("takes another number for each place in the batch");
            }
        }
        return rows;
    }

    static Mixed refuse(FlowStep step) {
        return step.mixed("looks at the whole batch at once");
    }
}
