package io.rangefinder.engine.batch;

import io.rangefinder.engine.batch.Flow.Rows;
import io.rangefinder.engine.batch.Flow.Same;
import io.rangefinder.engine.onnx.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Layers and products. */
final class Layers {

    private Layers() {}

    /** Convolutions, and normalizations of images: their first axis is of independent samples. */
    static Flow samplesFirst(FlowStep step) {
        return leading(step, 1);
    }

    /** Pooling works on each sample and channel by itself. */
    static Flow samplesAndChannels(FlowStep step) {
        return leading(step, 2);
    }

    private static Flow leading(FlowStep step, int axes) {
        for (int i = 1; i < step.inputs(); i++) {
            if (!(step.flow(i) instanceof Same)) {
                return step.mixed("takes weights that depend on the batch");
            }
        }
        Rows rows = step.rows(0).orElseThrow();
        return rows.axis() < axes
                ? rows
                : step.mixed("takes the batch's axis for one that it computes across");
    }

    /** Its second output tells places in the whole batch. */
    static Flow maxPool(FlowStep step) {
        boolean places = step.node().getOutputCount() > 1 && !step.node().getOutput(1).isEmpty();
        return places ? step.mixed("gives places in the whole batch") : leading(step, 2);
    }

    static Flow batchNormalization(FlowStep step) {
        return step.attribute("training_mode", 0) != 0
                ? step.mixed("normalizes by the batch's own mean")
                : leading(step, 1);
    }

    static Flow gridSample(FlowStep step) {
        Flow both = Broadcasting.alongAxis(step, -1);
        return both instanceof Rows rows && rows.axis() != 0
                ? step.mixed("takes the batch's axis for one that it computes across")
                : both;
    }

    static Flow gemm(FlowStep step) {
        if (step.anyRows(0) && step.anyRows(1)) {
            return step.mixed("multiplies each row of the batch by the others");
        }
        Optional<Rows> product = Optional.empty();
        if (step.rows(0).isPresent()) {
            Rows left = step.rows(0).get();
            product =
                    left.axis() == step.attribute("transA", 0)
                            ? Optional.of(left.moved(0))
                            : Optional.empty();
        } else if (step.rows(1).isPresent()) {
            Rows right = step.rows(1).get();
            product =
                    right.axis() != step.attribute("transB", 0)
                            ? Optional.of(right.moved(1))
                            : Optional.empty();
        }
        if (step.anyRows(0, 1) && product.isEmpty()) {
            return step.mixed("adds up over the batch");
        }
        return step.has(2) ? plus(step, product) : product.orElseThrow();
    }

    private static Flow plus(FlowStep step, Optional<Rows> product) {
        int shift = 2 - step.shape(2).length;
        Optional<Rows> bias = step.rows(2).map(r -> r.moved(r.axis() + shift));
        Rows rows = product.or(() -> bias).orElseThrow();
        if (bias.isPresent() && !bias.get().equals(rows) || product.isEmpty()) {
            return step.mixed("puts each row of the batch against the others");
        }
        return bias.isPresent() || step.repeats(2, rows.axis() - shift, rows)
                ? rows
                : step.mixed("takes another number for each place in the batch");
    }

    static Flow matMul(FlowStep step) {
        int rank = step.outputShape().length;
        int left = step.shape(0).length;
        int right = step.shape(1).length;
        if (left == 1 || right == 1) {
            return vectors(step, left, right, rank);
        }
        Optional<Rows> a = step.rows(0);
        Optional<Rows> b = step.rows(1);
        if (a.filter(r -> r.axis() == left - 1).isPresent()
                || b.filter(r -> r.axis() == right - 2).isPresent()) {
            return step.mixed("adds up over the batch");
        }
        Optional<Rows> fromA = a.map(r -> r.moved(r.axis() + rank - left));
        Optional<Rows> fromB = b.map(r -> r.moved(r.axis() + rank - right));
        if (a.isPresent() && b.isPresent() && !fromA.equals(fromB)) {
            return step.mixed("multiplies each row of the batch by the others");
        }
        Rows rows = fromA.or(() -> fromB).orElseThrow();
        int other = a.isPresent() ? 1 : 0;
        int otherRank = a.isPresent() ? right : left;
        boolean stacked = rows.axis() < rank - 2;
        if (step.outputShape()[rows.axis()] != Broadcasting.length(step, rows)) {
            return step.mixed("repeats the batch along its own axis");
        }
        if (stacked
                && step.rows(other).isEmpty()
                && !step.repeats(other, rows.axis() - rank + otherRank, rows)) {
            return step.mixed("takes another matrix for each place in the batch");
        }
        return rows;
    }

    /** A product by a vector that is the same for all rows: its axis goes away. */
    private static Flow vectors(FlowStep step, int left, int right, int rank) {
        Optional<Rows> a = step.rows(0);
        if (right == 1 && left > 1 && a.isPresent() && step.rows(1).isEmpty()) {
            return a.get().axis() < left - 1 && a.get().axis() < rank
                    ? a.get()
                    : step.mixed("adds up over the batch");
        }
        return step.mixed("multiplies by a vector that depends on the batch");
    }

    static Flow einsum(FlowStep step) {
        String equation =
                Nodes.attribute(step.node(), "equation")
                        .map(a -> a.getS().toStringUtf8().replace(" ", ""))
                        .orElse("");
        String[] sides = equation.split("->", -1);
        if (equation.contains("...") || sides.length != 2) {
            return step.mixed("has the equation '" + equation + "', of which no axis is shown");
        }
        List<String> terms = List.of(sides[0].split(",", -1));
        List<Rows> all = new ArrayList<>();
        for (int i = 0; i < step.inputs(); i++) {
            if (step.rows(i).isPresent()) {
                Rows own = step.rows(i).get();
                char letter = terms.get(i).charAt(own.axis());
                boolean once = terms.get(i).indexOf(letter) == terms.get(i).lastIndexOf(letter);
                int axis = sides[1].indexOf(letter);
                if (!once || axis < 0) {
                    return step.mixed("adds up over the batch");
                }
                all.add(own.moved(axis));
            } else if (!(step.flow(i) instanceof Same)) {
                return step.mixed("computes with the batch's length");
            }
        }
        Rows rows = all.get(0);
        if (all.stream().anyMatch(r -> !r.equals(rows))) {
            return step.mixed("multiplies each row of the batch by the others");
        }
        for (int i = 0; i < step.inputs(); i++) {
            int axis = terms.get(i).indexOf(sides[1].charAt(rows.axis()));
            if (step.rows(i).isEmpty() && !step.repeats(i, axis, rows)) {
                return step.mixed("takes another number for each place in the batch");
            }
        }
        return rows;
    }
}
