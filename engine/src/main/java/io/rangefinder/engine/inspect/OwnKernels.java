package io.rangefinder.engine.inspect;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What TensorRT 10's log says is a kernel without a weight. It tells no list of kernels; but each
 * step of the optimizer names what it is tried on, and these are tried on such kernels only. What
 * is fused or removed later is none. Not safe for use from several threads.
 */
final class OwnKernels {

    private static final Pattern STEP = Pattern.compile("Running: (\\w+) on (.*)");

    private static final String COPY = "QDQToCopy";

    /** Turns a layer into one called {@code PWN(LAYER)}. */
    private static final Set<String> TO_POINTWISE =
            Set.of("ActivationToPointwiseConversion", "EltWiseToPointwiseConversion");

    private static final Set<String> KEPT =
            Set.of("QuantizeSingleInputNodes", "CastToCopyTransform");

    /** Makes one kernel of DQ and the Q behind it. */
    private static final String REQUANTIZING = "DqQFusion";

    private final Set<String> leftOver = new LinkedHashSet<>();
    private final Set<String> weightless = new LinkedHashSet<>();

    /** Whether a line of the log is of use to {@link #add}. */
    static boolean tellsOf(String message) {
        Matcher step = STEP.matcher(message);
        return step.matches()
                && (step.group(1).equals(COPY)
                        || TO_POINTWISE.contains(step.group(1))
                        || KEPT.contains(step.group(1)));
    }

    void add(String message, LayerNames names) {
        Matcher step = STEP.matcher(message);
        if (!step.matches()) {
            return;
        }
        String layer = step.group(2);
        if (step.group(1).equals(COPY)) {
            leftOver.add(layer);
        } else if (TO_POINTWISE.contains(step.group(1))) {
            String pointwise = "PWN(" + layer + ")";
            names.rename(layer, pointwise);
            weightless.remove(layer);
            weightless.add(pointwise);
        } else {
            weightless.add(layer);
        }
    }

    void fuse(String pass, List<String> sides, String fused) {
        sides.forEach(this::remove);
        if (pass.equals(REQUANTIZING)) {
            leftOver.add(fused);
        }
    }

    void remove(String layer) {
        leftOver.remove(layer);
        weightless.remove(layer);
    }

    /** Q and DQ, or both in one. */
    Set<String> leftOver() {
        return leftOver;
    }

    /** Activations, sums, poolings, casts. */
    Set<String> weightless() {
        return weightless;
    }
}
