package io.rangefinder.inspector.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.inspector.ranges.TensorRange.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Expected ranges are worked by hand from what each layer computes. */
class RangePropagationTest {

    private final List<NetworkLayer> layers = new ArrayList<>();
    private final Map<String, NetworkTensor> tensors = new LinkedHashMap<>();

    @Test
    void linearLayerOfParserGetsItsInnerRangeFromResultAndBias() {
        // What the parser makes of a linear layer whose output alone was hooked.
        input("x", 4, 8);
        constant("w", ConstantBounds.of(-0.5f, 0.25f));
        layer("w_2d", "SHUFFLE", "", "w");
        layer("product", "MATRIX_MULTIPLY", "", "x", "w_2d");
        constant("b", ConstantBounds.of(0, -3));
        layer("b_2d", "SHUFFLE", "", "b");
        layer("y", "ELEMENTWISE", "SUM", "product", "b_2d");

        RangeAssignment ranges = propagate(Map.of("x", 2.0, "y", 10.0));

        assertEquals(range(0.5, Origin.CARRIED), ranges.ranges().get("w_2d"));
        assertEquals(range(3, Origin.CARRIED), ranges.ranges().get("b_2d"));
        assertEquals(range(13, Origin.CARRIED), ranges.ranges().get("product"));
        assertEquals(range(10, Origin.GIVEN), ranges.ranges().get("y"));
        assertEquals(List.of(), ranges.missing());
        layers.forEach(l -> assertFalse(ranges.belongsInFloat(l), l.name()));
    }

    @Test
    void concatenationCarriesTheGreatestOfItsInputs() {
        input("a", 1, 2);
        input("b", 1, 2);
        layer("c", "CONCATENATION", "", "a", "b");
        layer("d", "POOLING", "", "c");

        RangeAssignment ranges = propagate(Map.of("a", 1.5, "b", 4.0));

        assertEquals(range(4, Origin.CARRIED), ranges.ranges().get("c"));
        assertEquals(range(4, Origin.CARRIED), ranges.ranges().get("d"));
    }

    @Test
    void rearrangedTensorGetsTheRangeOfTheResult() {
        input("a", 1, 4);
        layer("unknown", "PLUGIN_V2", "", "a");
        layer("flat", "SHUFFLE", "", "unknown");
        layer("pooled", "POOLING", "", "flat");

        RangeAssignment ranges = propagate(Map.of("a", 1.0, "flat", 7.0));

        assertEquals(range(7, Origin.CARRIED), ranges.ranges().get("unknown"));
    }

    @Test
    void poolingTellsNothingOfItsInput() {
        input("a", 1, 4);
        layer("unknown", "PLUGIN_V2", "", "a");
        layer("pooled", "POOLING", "", "unknown");

        RangeAssignment ranges = propagate(Map.of("a", 1.0, "pooled", 7.0));

        assertEquals(List.of("unknown"), ranges.missing());
    }

    @Test
    void insidesOfNormalizationAreBoundedAndBelongInFloat() {
        // y = (x - mean) / sqrt(mean((x - mean)^2) + eps) * w + b, of which x and y were hooked.
        input("x", 1, 4);
        layer("mean", "REDUCE", "AVG", "x");
        layer("centred", "ELEMENTWISE", "SUB", "x", "mean");
        constant("two", ConstantBounds.of(2));
        layer("squares", "ELEMENTWISE", "POW", "centred", "two");
        layer("variance", "REDUCE", "AVG", "squares");
        constant("eps", ConstantBounds.of(0.5f));
        layer("more", "ELEMENTWISE", "SUM", "variance", "eps");
        layer("deviation", "UNARY", "SQRT", "more");
        layer("normal", "ELEMENTWISE", "DIV", "centred", "deviation");
        constant("w", ConstantBounds.of(2, -4));
        layer("scaled", "ELEMENTWISE", "PROD", "normal", "w");
        constant("b", ConstantBounds.of(1));
        layer("y", "ELEMENTWISE", "SUM", "scaled", "b");

        RangeAssignment ranges = propagate(Map.of("x", 3.0, "y", 5.0));

        assertEquals(range(3, Origin.BOUNDED), ranges.ranges().get("mean"));
        assertEquals(range(6, Origin.BOUNDED), ranges.ranges().get("centred"));
        assertEquals(range(36, Origin.BOUNDED), ranges.ranges().get("squares"));
        assertEquals(range(36.5, Origin.BOUNDED), ranges.ranges().get("more"));
        assertEquals(range(Math.sqrt(36.5), Origin.BOUNDED), ranges.ranges().get("deviation"));
        // |y - b| <= 6, and 2 is the least weight.
        assertEquals(range(6, Origin.CARRIED), ranges.ranges().get("scaled"));
        assertEquals(range(3, Origin.BOUNDED), ranges.ranges().get("normal"));
        assertEquals(List.of(), ranges.missing());
        assertTrue(ranges.belongsInFloat(named("squares")));
        assertTrue(ranges.belongsInFloat(named("scaled")), "it reads 'normal'");
        assertFalse(ranges.belongsInFloat(named("y")));
    }

    @Test
    void productOfActivationsIsBoundedByItsSummands() {
        input("q", 2, 5, 3);
        input("k", 2, 3, 5);
        layer("s", "MATRIX_MULTIPLY", "", "q", "k");
        layer("p", "SOFTMAX", "", "s");

        RangeAssignment ranges = propagate(Map.of("q", 2.0, "k", 4.0));

        // Three summands at most count; five is what the shapes alone tell.
        assertEquals(range(40, Origin.BOUNDED), ranges.ranges().get("s"));
        assertEquals(range(1, Origin.BOUNDED), ranges.ranges().get("p"));
    }

    @Test
    void capturedRangeComesBeforeAnyOther() {
        input("a", 1, 4);
        layer("b", "SHUFFLE", "", "a");

        assertEquals(
                range(2, Origin.GIVEN), propagate(Map.of("a", 9.0, "b", 2.0)).ranges().get("b"));
    }

    @Test
    void wholeNumbersTakeNoRangeAndAreNotMissing() {
        tensors.put("n", new NetworkTensor("n", false, List.of(1L)));
        layers.add(
                new NetworkLayer(
                        "shape", "SHAPE", "", List.of("n"), List.of("n2"), Optional.empty()));
        tensors.put("n2", new NetworkTensor("n2", false, List.of(1L)));

        RangeAssignment ranges = propagate(Map.of("n", 5.0));

        assertEquals(Map.of(), ranges.ranges());
        assertEquals(List.of(), ranges.missing());
    }

    @Test
    void zerosGetSomeRange() {
        constant("zeros", ConstantBounds.of(0, 0));

        assertEquals(range(1, Origin.CARRIED), propagate(Map.of()).ranges().get("zeros"));
    }

    private void input(String name, long... shape) {
        List<Long> axes = new ArrayList<>();
        for (long axis : shape) {
            axes.add(axis);
        }
        tensors.put(name, new NetworkTensor(name, true, axes));
    }

    private void constant(String name, ConstantBounds bounds) {
        add(name, "CONSTANT", "", Optional.of(bounds), List.of());
    }

    private void layer(String output, String type, String operation, String... inputs) {
        add(output, type, operation, Optional.empty(), List.of(inputs));
    }

    /** A layer has the name of what it makes. */
    private void add(
            String output,
            String type,
            String operation,
            Optional<ConstantBounds> constant,
            List<String> inputs) {
        layers.add(new NetworkLayer(output, type, operation, inputs, List.of(output), constant));
        tensors.put(output, new NetworkTensor(output, true, List.of(1L, 4L)));
    }

    private NetworkLayer named(String name) {
        return layers.stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
    }

    private RangeAssignment propagate(Map<String, Double> given) {
        return RangePropagation.propagate(
                new NetworkDescription(List.of(), List.of(), layers, tensors), given);
    }

    private static TensorRange range(double amax, Origin origin) {
        return new TensorRange(amax, origin);
    }
}
