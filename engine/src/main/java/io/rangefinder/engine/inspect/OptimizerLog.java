package io.rangefinder.engine.inspect;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads TensorRT 10's verbose log while its optimizer works. Source of the format: the log itself,
 * of 10.15. Bounded in memory, whatever the log says. Not safe for use from several threads.
 */
final class OptimizerLog {

    private static final Pattern COUNT = Pattern.compile("(?:Original|After .*): (\\d+) layers");
    private static final String FUSING = ": Fusing ";

    /** What is fused into an INT8 layer: both its DQ, or the Q behind it. */
    private static final String QUANTIZING = "QuantizeDoubleInputNodes: fusing ";

    private static final String QUANTIZED_WEIGHT = "ConstWeightsQuantizeFusion: Fusing ";

    /** The only place where the log says why Q/DQ are not fused; it names no layer. */
    private static final Pattern GROUPED =
            Pattern.compile(
                    "QDQ fusion disabled for group convolution with G=(\\d+) where C\\((\\d+)\\) !="
                            + " K\\((\\d+)\\).*");

    private static final int MOST_CHARACTERS = 1 << 24;
    private static final int MOST_WARNINGS = 1000;
    private static final int WARNING = 2;

    private final LayerNames names = new LayerNames();
    private final List<InspectionReport.Fusion> fusions = new ArrayList<>();
    private final Set<String> int8 = new LinkedHashSet<>();
    private final Set<String> quantizedWeights = new LinkedHashSet<>();
    private final OwnKernels kernels = new OwnKernels();
    private final Set<Group> refusedGroups = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private OptionalInt layersLeft = OptionalInt.empty();
    private int characters;
    private boolean cut;
    private int gone;
    private boolean myelin;

    /**
     * A grouped convolution's form.
     *
     * @param groups the number of groups
     * @param in input channels
     * @param out output channels
     */
    record Group(long groups, long in, long out) {}

    void addLayer(String name) {
        if (fits(name)) {
            names.add(name);
        }
    }

    void add(int severity, String message) {
        Matcher grouped = GROUPED.matcher(message);
        if (grouped.matches()) {
            refusedGroups.add(
                    new Group(
                            Long.parseLong(grouped.group(1)),
                            Long.parseLong(grouped.group(2)),
                            Long.parseLong(grouped.group(3))));
        }
        if (severity <= WARNING) {
            if (warnings.size() < MOST_WARNINGS && fits(message)) {
                warnings.add(message);
            }
            return;
        }
        Matcher count = COUNT.matcher(message);
        countLayers(message);
        if (count.matches()) {
            layersLeft = OptionalInt.of(Integer.parseInt(count.group(1)));
        } else if (message.startsWith(QUANTIZING)) {
            quantize(message.substring(QUANTIZING.length()));
        } else if (message.contains(FUSING)) {
            fuse(message);
        } else if (message.startsWith("Removing ")) {
            kernels.remove(message.substring("Removing ".length()));
        } else if (OwnKernels.tellsOf(message) && fits(message)) {
            kernels.add(message, names);
        }
    }

    /** Myelin takes layers without a word: only the next count tells. */
    private void countLayers(String message) {
        if (message.contains(FUSING) || message.startsWith("Removing ")) {
            gone++;
        } else if (message.startsWith("After Myelin optimization: ")) {
            int left = Integer.parseInt(message.replaceAll(".*: (\\d+) layers", "$1"));
            myelin |= left < layersLeft.orElse(left) - gone;
            gone = 0;
        } else if (COUNT.matcher(message).matches()) {
            gone = 0;
        }
    }

    private void fuse(String message) {
        if (!fits(message)) {
            return;
        }
        int at = message.indexOf(FUSING);
        List<String> sides = names.cut(message.substring(at + FUSING.length()), " with ");
        if (sides.size() < 2) {
            return;
        }
        String fused = names.fuse(sides.get(0), sides.get(1));
        String pass = message.substring(0, at);
        fusions.add(new InspectionReport.Fusion(pass, sides, fused));
        kernels.fuse(pass, sides, fused);
        if (message.startsWith(QUANTIZED_WEIGHT)) {
            quantizedWeights.addAll(names.partsOf(fused));
        }
    }

    /** {@code (DQ and DQ) into LAYER}, or {@code Q into LAYER} for an output in int8. */
    private void quantize(String what) {
        List<String> sides = names.cut(what, " into ");
        if (sides.size() < 2 || !fits(what)) {
            return;
        }
        String from = sides.get(0);
        String layer = sides.get(1);
        boolean operands = from.startsWith("(") && from.endsWith(")");
        List<String> parts =
                operands ? names.cut(from.substring(1, from.length() - 1), " and ") : List.of(from);
        fusions.add(new InspectionReport.Fusion("QuantizeDoubleInputNodes", parts, layer));
        if (operands) {
            int8.addAll(names.partsOf(layer));
        }
    }

    private boolean fits(String text) {
        characters += text.length();
        cut |= characters > MOST_CHARACTERS || characters < 0;
        return !cut;
    }

    List<InspectionReport.Fusion> fusions() {
        return fusions;
    }

    /** Layers of the network that take part in a layer with both DQ fused. */
    Set<String> int8() {
        return int8;
    }

    /** Constants and Q that the optimizer itself made int8 weights of, outside Myelin. */
    Set<String> quantizedWeights() {
        return quantizedWeights;
    }

    /** Kernels that are no more than Q, DQ or both. */
    Set<String> leftOver() {
        return kernels.leftOver();
    }

    /** Kernels of other layers, with no weight in them. */
    Set<String> weightless() {
        return kernels.weightless();
    }

    /** The layers of the network that a kernel is made of, in order of the data. */
    Set<String> partsOf(String kernel) {
        return names.partsOf(kernel);
    }

    Set<Group> refusedGroups() {
        return refusedGroups;
    }

    Set<String> warnings() {
        return warnings;
    }

    OptionalInt layersLeft() {
        return layersLeft;
    }

    /** Whether Myelin took some layers. */
    boolean myelin() {
        return myelin;
    }

    /** Whether some of the log was left out, since it was too much. */
    boolean isCut() {
        return cut;
    }
}
