package io.rangefinder.engine.batch;

import io.rangefinder.engine.batch.Flow.Rows;
import io.rangefinder.engine.batch.Flow.Same;
import io.rangefinder.engine.onnx.Nodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that arrange elements anew. */
final class Shaping {

    private static final String BY_LENGTH = "makes a shape that depends on the batch's length";

    private Shaping() {}

    static Flow transpose(FlowStep step) {
        Rows rows = step.rows(0).orElseThrow();
        int rank = step.shape(0).length;
        return rows.moved(
                step.attributes("perm")
                        .map(perm -> perm.indexOf((long) rows.axis()))
                        .orElse(rank - 1 - rows.axis()));
    }

    /**
     * Reshape and Flatten: rows stay where they are among the elements, and are looked for among
     * the new axes.
     */
    static Flow reshape(FlowStep step) {
        Flow flow = reshaped(step);
        return flow instanceof Rows rows && !step.isBatchOnlyAt(1, rows.axis())
                ? step.mixed(BY_LENGTH)
                : flow;
    }

    private static Flow reshaped(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        if (rows == null) {
            return step.mixed("takes its shape from the batch's values");
        }
        long[] in = step.shape(0);
        long[] out = step.outputShape();
        if (Arrays.equals(in, out)) {
            return rows;
        }
        List<Rows> found = places(step, rows, in, out);
        List<Rows> exact = found.stream().filter(r -> r.outer() == 1 && r.inner() == 1).toList();
        if (exact.size() == 1) {
            return exact.get(0);
        }
        if (exact.size() > 1 && ones(in, rows.axis()) == ones(out, rows.axis())) {
            // Of a batch of 1, which may be any axis of length 1: the one in the same place.
            return exact.stream()
                    .filter(r -> r.axis() == rows.axis())
                    .findFirst()
                    .map(Flow.class::cast)
                    .orElseGet(() -> unclear(step, out));
        }
        return exact.isEmpty() && !found.isEmpty() ? found.get(0) : unclear(step, out);
    }

    private static Flow unclear(FlowStep step, long[] out) {
        return step.mixed(
                "makes the shape "
                        + Arrays.toString(out)
                        + ", of which no axis is shown to be the batch");
    }

    /** The length of the run of axes of length 1 from a place on. */
    private static int ones(long[] shape, int from) {
        int count = 0;
        while (from + count < shape.length && shape[from + count] == 1) {
            count++;
        }
        return count;
    }

    private static List<Rows> places(FlowStep step, Rows rows, long[] in, long[] out) {
        long before = FlowStep.product(in, 0, rows.axis()) * rows.outer();
        long behind = FlowStep.product(in, rows.axis() + 1, in.length) * rows.inner();
        List<Rows> places = new ArrayList<>();
        for (int axis = 0; axis < out.length; axis++) {
            long first = FlowStep.product(out, 0, axis);
            long last = FlowStep.product(out, axis + 1, out.length);
            if (first > 0 && last > 0 && before % first == 0 && behind % last == 0) {
                Rows place = new Rows(axis, before / first, behind / last);
                if (Broadcasting.length(step, place) == out[axis]) {
                    places.add(place);
                }
            }
        }
        return places;
    }

    static Flow squeeze(FlowStep step) {
        Rows rows = step.rows(0).orElseThrow();
        long[] in = step.shape(0);
        Optional<List<Long>> given = step.numbers("axes", 1);
        if (given.isEmpty()) {
            return step.batch() == 1 ? step.mixed("drops the batch's axis") : reshape(step);
        }
        TreeSet<Integer> axes = axes(given.get(), in.length);
        return axes.contains(rows.axis())
                ? step.mixed("drops the batch's axis")
                : rows.moved(rows.axis() - axes.headSet(rows.axis()).size());
    }

    static Flow unsqueeze(FlowStep step) {
        Rows rows = step.rows(0).orElseThrow();
        Optional<List<Long>> given = step.numbers("axes", 1);
        if (given.isEmpty()) {
            return reshape(step);
        }
        TreeSet<Integer> added = axes(given.get(), step.outputShape().length);
        int axis = rows.axis();
        for (int a : added) {
            axis += a <= axis ? 1 : 0;
        }
        return rows.moved(axis);
    }

    static TreeSet<Integer> axes(List<Long> axes, int rank) {
        return axes.stream()
                .map(a -> FlowStep.axis(a, rank))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Split, Softmax, TopK and their like, which work along one axis and leave others be. */
    static RowRule along(long otherwise) {
        return step -> {
            for (int i = 1; i < step.inputs(); i++) {
                if (step.anyRows(i)) {
                    return step.mixed("takes a setting that depends on the batch");
                }
            }
            Rows rows = step.rows(0).orElseThrow();
            int rank = step.shape(0).length;
            return FlowStep.axis(step.attribute("axis", otherwise), rank) == rows.axis()
                    ? step.mixed("works along the batch's axis")
                    : rows;
        };
    }

    /** Works along an axis and all behind it. */
    static RowRule from(long otherwise) {
        return step -> {
            Rows rows = step.rows(0).orElse(null);
            if (rows == null || step.anyRows(1, 2)) {
                return step.mixed("takes a setting that depends on the batch");
            }
            int rank = step.shape(0).length;
            return rows.axis() < FlowStep.axis(step.attribute("axis", otherwise), rank)
                    ? rows
                    : step.mixed("works along the batch's axis");
        };
    }

    /** From opset 13 on along one axis, before along all from it on. */
    static Flow softmax(FlowStep step) {
        return step.opset() >= 13 ? along(-1).apply(step) : from(1).apply(step);
    }

    /** Everything along the axis of rows must come out as it is. */
    static Flow slice(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        if (rows == null || step.anyRows(1, 2, 3, 4)) {
            return step.mixed("cuts where the batch's values say");
        }
        int rank = step.shape(0).length;
        Optional<List<Long>> axes = step.numbers("axes", 3);
        if (axes.isEmpty() && step.has(3)) {
            return step.mixed("cuts along axes that are not constant");
        }
        List<Long> cut =
                axes.orElseGet(
                        () ->
                                LongStream.range(0, step.has(1) ? step.shape(1)[0] : rank)
                                        .boxed()
                                        .toList());
        int at = cut.stream().map(a -> FlowStep.axis(a, rank)).toList().indexOf(rows.axis());
        if (!step.isBatchOnlyAt(1, at) || !step.isBatchOnlyAt(2, at)) {
            return step.mixed("cuts as the batch's length says");
        }
        if (at < 0) {
            return rows;
        }
        boolean forward = !step.has(4) || step.integers(4).filter(s -> s.get(at) == 1).isPresent();
        return forward && step.outputShape()[rows.axis()] == step.shape(0)[rows.axis()]
                ? rows
                : step.mixed("takes some rows of the batch");
    }

    static Flow pad(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        if (rows == null || step.anyRows(1, 2, 3)) {
            return step.mixed("pads by what the batch's values say");
        }
        int rank = step.shape(0).length;
        Optional<List<Long>> pads = step.numbers("pads", 1);
        if (pads.isEmpty() || step.has(3) && step.integers(3).isEmpty()) {
            return step.mixed("pads by lengths that are not constant");
        }
        List<Integer> axes =
                step.has(3)
                        ? step.integers(3).get().stream().map(a -> FlowStep.axis(a, rank)).toList()
                        : IntStream.range(0, rank).boxed().toList();
        int at = axes.indexOf(rows.axis());
        boolean untouched =
                at < 0 || pads.get().get(at) == 0 && pads.get().get(at + axes.size()) == 0;
        return untouched ? rows : step.mixed("pads the batch");
    }

    /** Resize, Upsample: the axis of rows must keep its length. */
    static Flow resize(FlowStep step) {
        boolean fixed = IntStream.range(1, step.inputs()).noneMatch(i -> step.rows(i).isPresent());
        if (!fixed || step.rows(0).isEmpty()) {
            return step.mixed("takes its scale from the batch's values");
        }
        Rows rows = step.rows(0).get();
        boolean crops =
                Nodes.attribute(step.node(), "coordinate_transformation_mode")
                        .filter(a -> a.getS().toStringUtf8().equals("tf_crop_and_resize"))
                        .isPresent();
        boolean given =
                IntStream.range(1, step.inputs()).allMatch(i -> step.isBatchOnlyAt(i, rows.axis()));
        return given && !crops && step.outputShape()[rows.axis()] == step.shape(0)[rows.axis()]
                ? rows
                : step.mixed("resizes the batch");
    }

    static Flow expand(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        if (rows == null) {
            return step.mixed("takes its shape from the batch's values");
        }
        Rows moved = rows.moved(rows.axis() + step.outputShape().length - step.shape(0).length);
        if (!step.isBatchOnlyAt(1, moved.axis())) {
            return step.mixed(BY_LENGTH);
        }
        return step.outputShape()[moved.axis()] == step.shape(0)[rows.axis()]
                ? moved
                : step.mixed("repeats the batch");
    }

    static Flow tile(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        return rows != null && step.outputShape()[rows.axis()] == step.shape(0)[rows.axis()]
                ? rows
                : step.mixed("repeats the batch");
    }

    /** A constant that is repeated along axes: the same all along them. */
    static Flow repeated(FlowStep step) {
        if (!(step.flow(0) instanceof Same same)) {
            return step.mixed("repeats what depends on the batch's length");
        }
        long[] in = step.shape(0);
        int shift = step.outputShape().length - in.length;
        TreeSet<Integer> axes = new TreeSet<>();
        for (int axis = 0; axis < step.outputShape().length; axis++) {
            if (axis < shift || in[axis - shift] == 1 || same.repeats(axis - shift)) {
                axes.add(axis);
            }
        }
        return new Same(axes, same.throughout());
    }

    /** Reductions, ArgMax and ArgMin among them. */
    static Flow reduce(FlowStep step) {
        Rows rows = step.rows(0).orElse(null);
        if (rows == null) {
            return step.mixed("takes its axes from the batch's values");
        }
        int rank = step.shape(0).length;
        Optional<List<Long>> given = step.numbers("axes", 1);
        if (given.isEmpty() && step.has(1)) {
            return step.mixed("reduces along axes that are not constant");
        }
        if (given.isEmpty() || given.get().isEmpty()) {
            return step.attribute("noop_with_empty_axes", 0) == 1
                    ? rows
                    : step.mixed("reduces the whole batch to one value");
        }
        return reduced(step, rows, axes(given.get(), rank));
    }

    static Flow argument(FlowStep step) {
        int axis = FlowStep.axis(step.attribute("axis", 0), step.shape(0).length);
        return reduced(step, step.rows(0).orElseThrow(), new TreeSet<>(List.of(axis)));
    }

    private static Flow reduced(FlowStep step, Rows rows, TreeSet<Integer> axes) {
        if (axes.contains(rows.axis())) {
            return step.mixed("reduces over the batch");
        }
        boolean keeps = step.attribute("keepdims", 1) == 1;
        return keeps ? rows : rows.moved(rows.axis() - axes.headSet(rows.axis()).size());
    }
}
