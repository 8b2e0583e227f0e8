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
        constant("w", ConstantMagnitudes.of(-0.5f, 0.25f));
        layer("w_2d", "SHUFFLE", "", "w");
        layer("product", "MATRIX_MULTIPLY", "", "x", "w_2d");
        constant("b", ConstantMagnitudes.of(0, -3));
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
        constant("two", ConstantMagnitudes.of(2));
        layer("squares", "ELEMENTWISE", "POW", "centred", "two");
        layer("variance", "REDUCE", "AVG", "squares");
        constant("eps", ConstantMagnitudes.of(0.5f));
        layer("more", "ELEMENTWISE", "SUM", "variance", "eps");
        layer("deviation", "UNARY", "SQRT", "more");
        layer("normal", "ELEMENTWISE", "DIV", "centred", "deviation");
        constant("w", ConstantMagnitudes.of(2, -4));
        layer("scaled", "ELEMENTWISE", "PROD", "normal", "w");
        constant("b", ConstantMagnitudes.of(1));
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
        constant("zeros", ConstantMagnitudes.of(0, 0));

        assertEquals(range(1, Origin.CARRIED), propagate(Map.of()).ranges().get("zeros"));
    }

    @Test
    void joinedTensorsGetTheRangeOfTheResult() {
        input("a", 1, 4);
        layer("unknown", "PLUGIN_V2", "", "a");
        layer("other", "PLUGIN_V2", "", "a");
        layer("joined", "CONCATENATION", "", "unknown", "other");

        RangeAssignment ranges = propagate(Map.of("a", 1.0, "joined", 7.0));

        assertEquals(range(7, Origin.CARRIED), ranges.ranges().get("unknown"));
        assertEquals(range(7, Origin.CARRIED), ranges.ranges().get("other"));
    }

    @Test
    void tensorThatIsOnlyCutIntoSlicesGetsTheRangeOfTheSlices() {
        // What the parser makes of a transposed convolution whose result it pads before the bias.
        input("x", 1, 4);
        layer("made", "DECONVOLUTION", "", "x");
        layer("shape", "SHAPE", "", "made");
        layer("padded", "SLICE", "", "made", "start", "size");
        constant("b", ConstantMagnitudes.of(0.5f, -0.25f));
        layer("y", "ELEMENTWISE", "SUM", "padded", "b");
        layer("second", "SLICE", "", "made");

        RangeAssignment ranges = propagate(Map.of("x", 2.0, "y", 3.0, "second", 1.0, "shape", 1.0));

        assertEquals(range(3.5, Origin.CARRIED), ranges.ranges().get("padded"));
        assertEquals(range(3.5, Origin.CARRIED), ranges.ranges().get("made"));
        assertEquals(List.of(), ranges.missing());
    }

    @Test
    void sliceTellsNothingOfATensorThatOthersReadWhole() {
        input("x", 1, 4);
        layer("made", "DECONVOLUTION", "", "x");
        layer("part", "SLICE", "", "made");
        layer("whole", "PLUGIN_V2", "", "made");

        assertEquals(
                List.of("made"), propagate(Map.of("x", 2.0, "part", 3.0, "whole", 1.0)).missing());
    }

    @Test
    void whatOnlyHoldsForSlicesIsNotCarriedFurtherBack() {
        // "source" is read whole by another; the slice of its copy bounds no more than the copy.
        input("x", 1, 4);
        layer("source", "PLUGIN_V2", "", "x");
        layer("copy", "SHUFFLE", "", "source");
        layer("part", "SLICE", "", "copy");
        layer("whole", "PLUGIN_V2", "", "source");

        RangeAssignment ranges = propagate(Map.of("x", 2.0, "part", 3.0, "whole", 1.0));

        assertEquals(range(3, Origin.CARRIED), ranges.ranges().get("copy"));
        assertEquals(List.of("source"), ranges.missing());
    }

    @Test
    void sumOverAxesIsBoundedByHowManyItAdds() {
        input("x", -1, 2, 3, 4);
        layer("pairs", "REDUCE", "SUM", "x");
        shape("pairs", -1, 1, 3, 4);
        layer("batch", "REDUCE", "SUM", "x");
        shape("batch", 2, 3, 4);

        RangeAssignment ranges = propagate(Map.of("x", 1.5));

        assertEquals(range(3, Origin.BOUNDED), ranges.ranges().get("pairs"));
        assertEquals(List.of("batch"), ranges.missing(), "no one knows the batch's size");
    }

    @Test
    void cellOfALstmGainsAtMostOneATripAndItsOutputStaysBelowOne() {
        lstm(7);

        RangeAssignment ranges = propagate(Map.of("x", 2.0, "h0", 0.5, "c0", 3.0));

        // |x| * 2 summands * 0.5, and |h| <= 1 (a sigmoid's times a tangent's) * 4 * 0.5.
        assertEquals(range(2, Origin.CARRIED), ranges.ranges().get("x_t"));
        assertEquals(range(1, Origin.BOUNDED), ranges.ranges().get("h_t"));
        assertEquals(range(1, Origin.BOUNDED), ranges.ranges().get("h"));
        // c_t = f * c + i * g: 3 to start with, 1 more in each of 7 trips.
        assertEquals(range(10, Origin.BOUNDED), ranges.ranges().get("c"));
        assertEquals(range(11, Origin.BOUNDED), ranges.ranges().get("c_t"));
        assertEquals(range(10, Origin.BOUNDED), ranges.ranges().get("last_c"));
        assertEquals(List.of(), ranges.missing());
    }

    @Test
    void collectedOutputsOfALoopTellWhatEachTripMade() {
        lstm(7);

        RangeAssignment ranges = propagate(Map.of("x", 2.0, "h0", 0.5, "c0", 3.0, "y", 0.75));

        assertEquals(range(0.75, Origin.CARRIED), ranges.ranges().get("h_t"));
        assertEquals(range(0.75, Origin.CARRIED), ranges.ranges().get("h"));
    }

    @Test
    void cellThatGrowsInALoopOfUnknownLengthHasNoRange() {
        lstm(-1);

        RangeAssignment ranges = propagate(Map.of("x", 2.0, "h0", 0.5, "c0", 3.0));

        assertEquals(List.of("c", "fc", "c_t", "last_c"), ranges.missing());
        assertEquals(range(1, Origin.BOUNDED), ranges.ranges().get("h"));
    }

    @Test
    void whatShrinksInALoopOfUnknownLengthIsBoundedByItsStart() {
        input("start", 1, 4);
        edge("r", "RECURRENCE", "", "start", "next");
        layer("halved", "UNARY", "NEG", "r");
        constant("half", ConstantMagnitudes.of(0.5f));
        layer("next", "ELEMENTWISE", "PROD", "halved", "half");

        RangeAssignment ranges = propagate(Map.of("start", 6.0));

        assertEquals(range(6, Origin.BOUNDED), ranges.ranges().get("r"));
        assertEquals(range(3, Origin.BOUNDED), ranges.ranges().get("next"));
    }

    @Test
    void loopOfAConstantNumberOfTripsIsFollowedThroughEach() {
        tensors.put("trips", new NetworkTensor("trips", false, List.of()));
        layers.add(
                new NetworkLayer(
                        "trips",
                        "CONSTANT",
                        "",
                        List.of(),
                        List.of("trips"),
                        Optional.of(ConstantMagnitudes.of(3))));
        layers.add(
                new NetworkLayer(
                        "limit",
                        "TRIP_LIMIT",
                        "COUNT",
                        List.of("trips"),
                        List.of(),
                        Optional.empty(),
                        "loop"));
        input("start", 1, 4);
        edge("r", "RECURRENCE", "", "start", "next");
        layer("next", "ELEMENTWISE", "SUM", "r", "r");

        // Doubled three times.
        assertEquals(range(8, Origin.BOUNDED), propagate(Map.of("start", 1.0)).ranges().get("r"));
    }

    @Test
    void wholeConstantCastToFloatHasTheRangeOfItsValues() {
        tensors.put("whole", new NetworkTensor("whole", false, List.of(2L)));
        layers.add(
                new NetworkLayer(
                        "whole",
                        "CONSTANT",
                        "",
                        List.of(),
                        List.of("whole"),
                        Optional.of(ConstantMagnitudes.of(-9, 4))));
        layer("real", "CAST", "", "whole");

        RangeAssignment ranges = propagate(Map.of());

        assertEquals(Map.of("real", range(9, Origin.CARRIED)), ranges.ranges());
    }

    /** An LSTM as TensorRT's parser makes it, over so many steps, without a bias. */
    private void lstm(long steps) {
        input("x", steps, 1, 2);
        input("h0", 1, 4);
        input("c0", 1, 4);
        edge("x_t", "ITERATOR", "", "x");
        shape("x_t", 1, 2);
        edge("h", "RECURRENCE", "", "h0", "h_t");
        edge("c", "RECURRENCE", "", "c0", "c_t");
        constant("w", ConstantMagnitudes.of(0.5f, -0.25f));
        shape("w", 2, 4);
        layer("xw", "MATRIX_MULTIPLY", "", "x_t", "w");
        layer("hw", "MATRIX_MULTIPLY", "", "h", "w");
        layer("gates", "ELEMENTWISE", "SUM", "xw", "hw");
        for (String gate : List.of("i", "f", "o", "g")) {
            layer(gate + "_in", "SLICE", "", "gates");
            layer(gate, "ACTIVATION", gate.equals("g") ? "TANH" : "SIGMOID", gate + "_in");
        }
        layer("fc", "ELEMENTWISE", "PROD", "f", "c");
        layer("ig", "ELEMENTWISE", "PROD", "i", "g");
        layer("c_t", "ELEMENTWISE", "SUM", "fc", "ig");
        layer("tanh_c", "ACTIVATION", "TANH", "c_t");
        layer("h_t", "ELEMENTWISE", "PROD", "o", "tanh_c");
        edge("y", "LOOP_OUTPUT", "CONCATENATE", "h_t");
        edge("last_c", "LOOP_OUTPUT", "LAST_VALUE", "c");
    }

    private void edge(String output, String type, String operation, String... inputs) {
        layers.add(
                new NetworkLayer(
                        output,
                        type,
                        operation,
                        List.of(inputs),
                        List.of(output),
                        Optional.empty(),
                        "loop"));
        tensors.put(output, new NetworkTensor(output, true, List.of(1L, 4L)));
    }

    private void shape(String name, long... shape) {
        input(name, shape);
    }

    private void input(String name, long... shape) {
        List<Long> axes = new ArrayList<>();
        for (long axis : shape) {
            axes.add(axis);
        }
        tensors.put(name, new NetworkTensor(name, true, axes));
    }

    private void constant(String name, ConstantMagnitudes bounds) {
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
            Optional<ConstantMagnitudes> constant,
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
