package io.rangefinder.engine.export.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An axis of an image that is resized, by the formulas of {@code aten/src/ATen/native/UpSample.h}.
 *
 * @param from its length
 * @param to the length that it is to have
 * @param factor how many times as long it is said to be, which need not be a whole number of
 *     elements; if it is not given, the lengths tell
 */
record ResizedAxis(long from, long to, Optional<Double> factor) {

    private static final int MAX_LENGTH = 1 << 16;

    ResizedAxis {
        if (to < 1 || to > MAX_LENGTH) {
            throw new UnsupportedOperatorException("makes an axis of " + to + " of " + from);
        }
    }

    boolean isKept() {
        return from == to && factor.orElse(1.0) == 1;
    }

    /** The axis by its lengths alone. */
    ResizedAxis withoutFactor() {
        return new ResizedAxis(from, to, Optional.empty());
    }

    /** PyTorch takes no notice of a factor for an axis that keeps its length. */
    ResizedAxis withoutFactorIfKept() {
        return from == to ? withoutFactor() : this;
    }

    /** Nor, choosing the nearest elements of images, for one that becomes twice as long. */
    ResizedAxis withoutFactorIfKeptOrDoubled() {
        return to == 2 * from ? withoutFactor() : withoutFactorIfKept();
    }

    /** The distance in the image of what are neighbours in the result. */
    double step() {
        return factor.map(f -> 1 / f).orElse((double) from / to);
    }

    /**
     * The scale for ONNX, which makes the new length of it: the old one times the scale, rounded
     * down. Where the factor as float32 makes too little it is a little greater.
     *
     * @throws UnsupportedOperatorException if the factor does not lead to the length at all
     */
    float scale() {
        float scale = (float) (double) factor.orElse((double) to / from);
        if (Math.floor((double) scale * from) < to) {
            scale = Math.nextUp(scale);
        }
        if (Math.floor((double) scale * from) != to || Math.floor(scale * from) != to) {
            throw new UnsupportedOperatorException(
                    "has a factor " + scale + " that does not make " + to + " of " + from);
        }
        return scale;
    }

    /** Where each element of the result comes from, in PyTorch's arithmetic. */
    List<Long> nearest(boolean exact) {
        float step = factor.isPresent() ? (float) (1 / factor.get()) : (float) from / (float) to;
        float shift = exact ? 0.5f : 0;
        List<Long> indices = new ArrayList<>();
        for (long i = 0; i < to; i++) {
            indices.add(Math.min((long) Math.floor((i + shift) * step), from - 1));
        }
        return indices;
    }

    /** Whether other arithmetic finds the same elements: that of ONNX Runtime, and an exact one. */
    boolean isSureOfNearest(boolean exact) {
        List<Long> indices = nearest(exact);
        double shift = exact ? 0.5 : 0;
        for (int i = 0; i < to; i++) {
            float single = exact ? (i + 0.5f) / scale() - 0.5f + 0.5f : i / scale();
            double precise = (i + shift) * step();
            boolean same =
                    Math.min((long) Math.floor(single), from - 1) == indices.get(i)
                            && Math.min((long) Math.floor(precise), from - 1) == indices.get(i);
            if (!same) {
                return false;
            }
        }
        return true;
    }
}
