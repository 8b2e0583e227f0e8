package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An axis of an image that is sampled at places from -1 to 1, by the formulas of {@code
 * aten/src/ATen/native/GridSamplerUtils.h}.
 *
 * @param call the operator's call
 * @param length the axis's length
 * @param padding what stands outside: {@code zeros}, {@code border} or {@code reflection}
 * @param corners whether -1 and 1 are the middles of the outermost elements, not their edges
 */
record SampledAxis(OperatorCall call, long length, String padding, boolean corners) {

    /** Of cubic convolution. */
    private static final double A = -0.75;

    /** Elements, of type int64, that a sample is made of, with their weights if these are not 1. */
    record Tap(SymbolicTensor index, Optional<SymbolicTensor> weight) {}

    /** The elements along this axis for some places. */
    List<Tap> taps(SymbolicTensor place, String mode) {
        Primitives to = call.primitives();
        SymbolicTensor at = unnormalized(place);
        if (mode.equals("nearest")) {
            return List.of(tap(to.unary("Round", inside(at)), Optional.empty()));
        }
        boolean cubic = mode.equals("bicubic");
        // Cubic convolution takes what stands outside element by element.
        SymbolicTensor from = cubic ? at : inside(at);
        SymbolicTensor first = to.unary("Floor", from);
        SymbolicTensor rest = to.sub(from, first);
        List<SymbolicTensor> weights = cubic ? cubic(rest) : Arrays.asList(oneMinus(rest), rest);
        List<Tap> taps = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            SymbolicTensor element = to.add(first, cubic ? i - 1 : i);
            taps.add(tap(cubic ? inside(element) : element, Optional.of(weights.get(i))));
        }
        return taps;
    }

    private SymbolicTensor unnormalized(SymbolicTensor place) {
        Primitives to = call.primitives();
        SymbolicTensor fromZero = to.add(place, 1);
        return corners
                ? to.mul(fromZero, (length - 1) / 2.0)
                : to.add(to.mul(fromZero, length / 2.0), -0.5);
    }

    /** The same place, or one inside of the image that has its value. */
    private SymbolicTensor inside(SymbolicTensor at) {
        return switch (padding) {
            case "border" -> clipped(at);
            case "reflection" -> clipped(reflected(at));
            default -> at;
        };
    }

    private SymbolicTensor clipped(SymbolicTensor at) {
        Primitives to = call.primitives();
        return call.graph()
                .node(
                        "Clip",
                        at.type(),
                        at.shape(),
                        List.of(at, to.number(0, at), to.number(length - 1, at)));
    }

    /** There and back again between the outermost elements' middles or edges. */
    private SymbolicTensor reflected(SymbolicTensor at) {
        Primitives to = call.primitives();
        double low = corners ? 0 : -0.5;
        double span = corners ? length - 1 : length;
        if (span == 0) {
            return to.mul(at, 0);
        }
        SymbolicTensor distance = to.unary("Abs", to.add(at, -low));
        SymbolicTensor turns = to.unary("Floor", to.div(distance, to.number(span, at)));
        SymbolicTensor extra = to.sub(distance, to.mul(turns, span));
        SymbolicTensor odd = to.sub(turns, to.mul(to.unary("Floor", to.mul(turns, 0.5)), 2));
        SymbolicTensor back = to.mul(odd, to.sub(to.number(span, at), to.mul(extra, 2)));
        return to.add(to.add(extra, back), low);
    }

    /** An element; what stands outside is weighted with zero if that is what stands there. */
    private Tap tap(SymbolicTensor element, Optional<SymbolicTensor> weight) {
        Primitives to = call.primitives();
        SymbolicTensor near = clipped(element);
        SymbolicTensor index = to.cast(near, ElementType.INT64);
        if (!padding.equals("zeros")) {
            return new Tap(index, weight);
        }
        SymbolicTensor exists = to.cast(to.compare("Equal", near, element), element.type());
        return new Tap(index, Optional.of(weight.map(w -> to.mul(w, exists)).orElse(exists)));
    }

    private SymbolicTensor oneMinus(SymbolicTensor x) {
        Primitives to = call.primitives();
        return to.sub(to.number(1, x), x);
    }

    private List<SymbolicTensor> cubic(SymbolicTensor rest) {
        Primitives to = call.primitives();
        SymbolicTensor other = oneMinus(rest);
        return List.of(far(to.add(rest, 1)), near(rest), near(other), far(to.add(other, 1)));
    }

    /** For distances up to 1. */
    private SymbolicTensor near(SymbolicTensor x) {
        Primitives to = call.primitives();
        SymbolicTensor inner = to.add(to.mul(x, A + 2), -(A + 3));
        return to.add(to.mul(to.mul(inner, x), x), 1);
    }

    /** For distances from 1 to 2. */
    private SymbolicTensor far(SymbolicTensor x) {
        Primitives to = call.primitives();
        SymbolicTensor inner = to.add(to.mul(to.add(to.mul(x, A), -5 * A), x), 8 * A);
        return to.add(to.mul(inner, x), -4 * A);
    }
}
