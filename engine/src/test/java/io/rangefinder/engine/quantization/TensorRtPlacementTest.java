package io.rangefinder.engine.quantization;

import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto.Builder;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.check.ModelChecker;
import io.rangefinder.engine.check.Severity;
import io.rangefinder.engine.check.TensorRtVersion;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of the placement on the smallest graph that it is for. */
class TensorRtPlacementTest {

    private static QuantizedModel quantize(OnnxModel model, DynamicRanges ranges)
            throws InvalidOnnxException {
        return new Quantizer(QuantizationOptions.builder().build()).quantize(model, ranges);
    }

    private static DynamicRanges ranges(Map<String, Double> amaxes) {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        amaxes.forEach((name, amax) -> ranges.add(name, new DynamicRange(amax)));
        return ranges.build();
    }

    private static DynamicRanges ranges(String... tensors) {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        Arrays.stream(tensors).forEach(t -> ranges.add(t, new DynamicRange(4)));
        return ranges.build();
    }

    /** The tensor whose Q/DQ a node reads, or the tensor itself if it reads float. */
    private static String origin(OnnxGraph graph, String madeBy, int input) {
        String tensor = graph.producer(madeBy).orElseThrow().getInput(input);
        return graph.producer(tensor)
                .filter(n -> Nodes.is(n, "DequantizeLinear"))
                .map(dq -> graph.producer(dq.getInput(0)).orElseThrow())
                .map(q -> "INT8 " + q.getInput(0))
                .orElse(tensor);
    }

    private static double amax(OnnxGraph graph, String madeBy, int input) {
        Builder dq =
                graph.producer(graph.producer(madeBy).orElseThrow().getInput(input)).orElseThrow();
        return Tensors.floats(graph.constant(dq.getInput(1)).orElseThrow())[0] * 127;
    }

    @Test
    void ofTwoConvolutionsThatAnAdditionJoinsTheOneOfSmallerRangeIsQuantized() throws Exception {
        OnnxGraph graph =
                quantize(
                                joined().node("Conv", "r,w", "y").output("y").build(13),
                                ranges(Map.of("x", 1.0, "c", 5.0, "d", 3.0, "r", 8.0)))
                        .model()
                        .graph();
        assertEquals("c", origin(graph, "s", 0));
        assertEquals("INT8 d", origin(graph, "s", 1));
    }

    @Test
    void sumOfConvolutionsThatStaysFloatReadsFloat() throws Exception {
        OnnxGraph graph =
                quantize(
                                joined().node("Exp", "r", "y").output("y").build(13),
                                ranges("x", "c", "d", "r"))
                        .model()
                        .graph();
        assertEquals(
                List.of("c", "d"), graph.producer("s").orElseThrow().getInputList(), "no Q/DQ");
    }

    /** Convolutions with one weight of 4 MB. */
    private static QuantizedModel sharing(int convolutions) throws InvalidOnnxException {
        SmallModel model = new SmallModel().input("x", 1, 1024, 1, 1).weight("w", 1024, 1024, 1, 1);
        String[] tensors = new String[convolutions + 1];
        for (int i = 0; i <= convolutions; i++) {
            tensors[i] = i == 0 ? "x" : "t" + i;
        }
        for (int i = 0; i < convolutions; i++) {
            model.node("Conv", tensors[i] + ",w", tensors[i + 1]);
        }
        return quantize(model.output(tensors[convolutions]).build(13), ranges(tensors));
    }

    @Test
    void copiesOfAWeightShareTheirMemory() throws Exception {
        QuantizedModel model = sharing(40);
        List<TensorProto> weights =
                model.model().proto().getGraph().getInitializerList().stream()
                        .filter(t -> t.getDimsCount() == 4)
                        .toList();
        assertEquals(40, weights.size());
        assertEquals(40, weights.stream().map(TensorProto::getName).distinct().count());
        weights.forEach(w -> assertSame(weights.get(0).getRawData(), w.getRawData()));
    }

    @Test
    void smallFileThatWouldBecomeALargeOneIsRefused() {
        InvalidOnnxException refused =
                assertThrows(InvalidOnnxException.class, () -> sharing(1000));
        assertTrue(refused.getMessage().contains("of more than 512 MB in all"));
    }

    private static SmallModel joined() {
        return new SmallModel()
                .input("x", -1, 4, 5, 5)
                .weight("w", 4, 4, 1, 1)
                .weight("v", 4, 4, 1, 1)
                .node("Conv", "x,v", "c")
                .node("Conv", "x,w", "d")
                .node("Add", "c,d", "s")
                .node("Relu", "s", "r");
    }

    @Test
    void sumThatStaysFloatReadsTheModelsInputAsItIs() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 4, 5, 5)
                        .weight("w", 4, 4, 1, 1)
                        .node("Conv", "x,w", "a")
                        .node("Add", "a,x", "y")
                        .output("y")
                        .build(13);
        OnnxGraph graph = quantize(model, ranges("x")).model().graph();
        assertEquals("x", origin(graph, "y", 1));
        assertEquals("INT8 x", origin(graph, "a", 0));
    }

    @Test
    void eachReaderHasADequantizeLinearOfItsOwn() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 4, 5, 5)
                        .weight("w", 4, 4, 1, 1)
                        .node("Conv", "x,w", "a")
                        .node("Conv", "x,w", "b")
                        .node("Add", "a,b", "y")
                        .output("y")
                        .build(13);
        OnnxGraph graph = quantize(model, ranges("x")).model().graph();
        Builder a = graph.producer("a").orElseThrow();
        Builder b = graph.producer("b").orElseThrow();
        assertNotEquals(a.getInput(0), b.getInput(0));
        assertEquals("INT8 x", origin(graph, "a", 0));
        assertEquals("INT8 x", origin(graph, "b", 0));
        long quantizersOfX =
                graph.consumers("x").stream().filter(n -> Nodes.is(n, "QuantizeLinear")).count();
        assertEquals(1, quantizersOfX);
    }

    @Test
    void convolutionsOfOneWeightHaveAConstantEachAndLinearLayersShareIt() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 4, 4, 4)
                        .weight("w", 4, 4, 1, 1)
                        .weight("m", 4, 4)
                        .node("Conv", "x,w", "a")
                        .node("Conv", "a,w", "b")
                        .node("MatMul", "b,m", "c")
                        .node("MatMul", "c,m", "y")
                        .output("y")
                        .build(13);
        OnnxGraph graph = quantize(model, ranges("x", "a", "b", "c")).model().graph();
        assertNotEquals(origin(graph, "a", 1), origin(graph, "b", 1));
        assertEquals(origin(graph, "c", 1), origin(graph, "y", 1));
        assertNotEquals(
                graph.producer("c").orElseThrow().getInput(1),
                graph.producer("y").orElseThrow().getInput(1));
    }

    @ParameterizedTest
    @CsvSource({
        // The cases that TensorRT's log showed, between INT8 and float.
        "'4,1,3,3', 4, true",
        "'12,1,3,3', 12, true",
        "'12,4,3,3', 2, true",
        "'6,4,3,3', 2, true",
        "'10,1,3,3', 10, false",
        "'6,2,3,3', 3, false",
        "'8,1,3,3', 4, false",
        "'12,6,3,3', 2, false",
        "'8,8,3,3,3', 1, false",
        "'3,5,3,3', 1, true",
    })
    void convolutionThatCannotWriteFloatStaysFloatBeforeTheModelsOutput(
            String shape, int groups, boolean quantized) throws Exception {
        long[] weight = Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
        long[] input = new long[weight.length];
        Arrays.fill(input, 6);
        input[0] = 1;
        input[1] = weight[1] * groups;
        SmallModel small =
                new SmallModel()
                        .input("x", input)
                        .weight("w", weight)
                        .node("Conv", "x,w", "c", integer("group", groups));
        OnnxModel last = small.node("Relu", "c", "y").output("y").build(13);
        CoverageReport report = quantize(last, ranges("x")).coverage();
        assertEquals(quantized ? 1 : 0, report.int8Layers(), report.toText());
        assertEquals(!quantized, report.toText().contains("only where it writes INT8"));
    }

    @Test
    void convolutionThatCannotWriteFloatWritesInt8BeforeAnActivation() throws Exception {
        OnnxModel model =
                grouped()
                        .node("Conv", "x,w", "c", integer("group", 2))
                        .node("LeakyRelu", "c", "r")
                        .node("Conv", "r,w", "d", integer("group", 2))
                        .node("LeakyRelu", "d", "e")
                        .node("Conv", "e,v", "y")
                        .output("y")
                        .build(13);
        QuantizedModel quantized = quantize(model, ranges("x", "c", "r", "d", "e"));
        assertEquals(3, quantized.coverage().int8Layers(), quantized.coverage().toText());
        OnnxGraph graph = quantized.model().graph();
        assertEquals("INT8 c", origin(graph, "r", 0));
        assertEquals("INT8 d", origin(graph, "e", 0));
        assertEquals("INT8 e", origin(graph, "y", 0));
        CoverageReport without = quantize(model, ranges("x", "r", "d", "e")).coverage();
        assertTrue(without.toText().contains("its output 'c' has no range"), without.toText());
    }

    @Test
    void convolutionThatCannotWriteFloatStaysFloatWhereItsOutputIsReadInFloat() throws Exception {
        OnnxModel model =
                grouped()
                        .node("Conv", "x,w", "c", integer("group", 2))
                        .node("Relu", "c", "r")
                        .node("Exp", "r", "e")
                        .node("Conv", "r,v", "d")
                        .node("Add", "e,d", "y")
                        .output("y")
                        .build(13);
        QuantizedModel quantized = quantize(model, ranges("x", "r"));
        assertEquals(1, quantized.coverage().int8Layers());
        assertTrue(quantized.coverage().toText().contains("what it writes is read in float"));
        OnnxGraph graph = quantized.model().graph();
        assertEquals("x", origin(graph, "c", 0));
        assertEquals("r", origin(graph, "e", 0));
        assertEquals("INT8 r", origin(graph, "d", 0));
    }

    /** Twelve convolutions, the last of them before a pooling: as a video network ends. */
    @ParameterizedTest
    @ValueSource(strings = {"GlobalAveragePool", "ReduceMean"})
    void convolutionsThatCannotWriteFloatAreWorthAConversionBeforeAPooling(String pooling)
            throws Exception {
        SmallModel small = new SmallModel().input("x", 1, 4, 3, 3, 3).weight("w", 4, 4, 1, 1, 1);
        String[] tensors = new String[13];
        tensors[0] = "x";
        for (int i = 1; i < tensors.length; i++) {
            tensors[i] = "r" + i;
            small.node("Conv", tensors[i - 1] + ",w", "c" + i).node("Relu", "c" + i, tensors[i]);
        }
        boolean mean = pooling.equals("ReduceMean");
        small.node(
                pooling,
                "r12",
                "y",
                mean ? new AttributeProto[] {ints("axes", 2, -2, 4)} : new AttributeProto[0]);
        OnnxModel model = small.output("y").build(13);
        QuantizedModel quantized = quantize(model, ranges(tensors));
        assertEquals(12, quantized.coverage().int8Layers(), quantized.coverage().toText());
        OnnxGraph graph = quantized.model().graph();
        assertEquals("INT8 r12", origin(graph, "y", 0));
        assertEquals("GlobalAveragePool", graph.producer("y").orElseThrow().getOpType());
        assertEquals(
                List.of(),
                ModelChecker.check(quantized.model(), TensorRtVersion.V8_6).stream()
                        .filter(f -> f.severity() == Severity.ERROR)
                        .toList());
    }

    /** As TensorRT has it: a region takes the Q/DQ before a normalization with it. */
    @Test
    void convolutionThatCannotWriteFloatBeforeANormalizationCannotBeForced() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4, 3, 3, 3)
                        .weight("w", 4, 4, 1, 1, 1)
                        .floats("g", new float[4], 4)
                        .node("Conv", "x,w", "c")
                        .node("InstanceNormalization", "c,g,g", "y")
                        .output("y")
                        .build(13);
        QuantizationOptions forced = QuantizationOptions.builder().addInt8Layer("c").build();
        CoverageReport report = new Quantizer(forced).quantize(model, ranges("x", "c")).coverage();
        assertEquals(0, report.int8Layers());
        assertTrue(
                report.toText()
                        .contains(
                                "by InstanceNormalization y/InstanceNormalization, which lets it"
                                        + " write none"),
                report.toText());
        assertFalse(report.toText().contains("--int8-layer"), report.toText());
    }

    @Test
    void outputThatAConvolutionIsForcedToWriteInInt8KeepsItsName() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4, 3, 3, 3)
                        .weight("w", 4, 4, 1, 1, 1)
                        .node("Conv", "x,w", "y")
                        .output("y")
                        .build(13);
        CoverageReport asked = quantize(model, ranges("x", "y")).coverage();
        assertEquals(0, asked.int8Layers());
        assertTrue(
                asked.toText().endsWith("--int8-layer (option int8Layers): y/Conv"),
                asked.toText());
        QuantizationOptions forced = QuantizationOptions.builder().addInt8Layer("y").build();
        OnnxGraph graph = new Quantizer(forced).quantize(model, ranges("x", "y")).model().graph();
        Builder dq = graph.producer("y").orElseThrow();
        assertEquals("DequantizeLinear", dq.getOpType());
        assertEquals(
                4.0 / 127, Tensors.floats(graph.constant(dq.getInput(1)).orElseThrow())[0], 1e-6);
        Builder q = graph.producer(dq.getInput(0)).orElseThrow();
        assertEquals("Conv", graph.producer(q.getInput(0)).orElseThrow().getOpType());
    }

    @Test
    void convolutionThatCannotWriteFloatIsOneWithTheSumBehindIt() throws Exception {
        OnnxModel model =
                grouped()
                        .node("Conv", "x,w", "c", integer("group", 2))
                        .node("Relu", "c", "r")
                        .node("Conv", "r,w", "d", integer("group", 2))
                        .node("Add", "r,d", "s")
                        .node("Relu", "s", "t")
                        .node("Conv", "t,w", "e", integer("group", 2))
                        .node("LeakyRelu", "e", "f")
                        .node("Conv", "f,v", "y")
                        .output("y")
                        .build(13);
        QuantizedModel quantized = quantize(model, ranges("x", "c", "r", "d", "s", "t", "e", "f"));
        OnnxGraph graph = quantized.model().graph();
        assertEquals("d", origin(graph, "s", 1));
        assertEquals("INT8 r", origin(graph, "s", 0));
        assertEquals("INT8 t", origin(graph, "e", 0));
    }

    /** Groups of three channels have INT8 only where they write it; one group has it anywhere. */
    private static SmallModel grouped() {
        return new SmallModel()
                .input("x", 1, 6, 6, 6)
                .weight("w", 6, 3, 1, 1)
                .weight("v", 6, 6, 1, 1);
    }

    @Test
    void transposedConvolutionInGroupsStaysFloat() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4, 6, 6)
                        .weight("w", 4, 2, 2, 2)
                        .weight("v", 2, 4, 1, 1)
                        .node("ConvTranspose", "x,w", "c", integer("group", 2))
                        .node("Conv", "c,v", "y")
                        .output("y")
                        .build(13);
        CoverageReport report = quantize(model, ranges("x", "c")).coverage();
        assertEquals(1, report.int8Layers());
        assertTrue(report.toText().contains("transposed convolutions in groups"));
    }

    @Test
    void averageBeforeAConvolutionReadsInt8() throws Exception {
        OnnxModel model = between().node("Conv", "p,w", "y").output("y").build(13);
        OnnxGraph graph = quantize(model, ranges("x", "c", "p")).model().graph();
        assertEquals("INT8 c", origin(graph, "p", 0));
        assertEquals("INT8 p", origin(graph, "y", 0));
    }

    @Test
    void normalizationReadsInt8UnlessItFollowsALayer() throws Exception {
        OnnxModel model =
                between()
                        .floats("one", new float[] {1, 1, 1, 1}, 4)
                        .node("BatchNormalization", "c,one,one,one,one", "n")
                        .node("Conv", "n,w", "d")
                        .node("MaxPool", "d", "q", ints("kernel_shape", 1, 1))
                        .node("BatchNormalization", "q,one,one,one,one", "m")
                        .node("Relu", "m", "r")
                        .node("Conv", "r,w", "y")
                        .output("y")
                        .build(13);
        OnnxGraph graph = quantize(model, ranges("x", "c", "n", "q", "r")).model().graph();
        assertEquals("c", origin(graph, "n", 0));
        assertEquals("INT8 q", origin(graph, "m", 0));
    }

    @Test
    void averageOfWhatIsAlsoReadInFloatStaysFloat() throws Exception {
        OnnxModel model =
                between().node("Conv", "p,w", "s").node("Mul", "c,s", "y").output("y").build(13);
        OnnxGraph graph = quantize(model, ranges("x", "c", "p")).model().graph();
        assertEquals("c", origin(graph, "p", 0));
        assertEquals("c", origin(graph, "y", 0));
    }

    @Test
    void averageBeforeALinearLayerStaysFloat() throws Exception {
        OnnxModel model =
                between()
                        .weight("m", 4, 3)
                        .node("Flatten", "p", "f")
                        .node("Gemm", "f,m", "y")
                        .output("y")
                        .build(13);
        OnnxGraph graph = quantize(model, ranges("x", "c", "p", "f")).model().graph();
        assertEquals("c", origin(graph, "p", 0));
        assertEquals("INT8 f", origin(graph, "y", 0));
    }

    private static SmallModel between() {
        return new SmallModel()
                .input("x", 1, 4, 6, 6)
                .weight("w", 4, 4, 1, 1)
                .node("Conv", "x,w", "c")
                .node("GlobalAveragePool", "c", "p");
    }

    @Test
    void partsOfATensorReadItInInt8WithItsScale() throws Exception {
        SmallModel small =
                new SmallModel()
                        .input("x", 1, 8, 6, 6)
                        .weight("w", 8, 8, 1, 1)
                        .weight("v", 4, 4, 1, 1)
                        .constant(Tensors.longs("half", List.of(4L, 4L)))
                        .node("Conv", "x,w", "c")
                        .node("Split", "c,half", "a,b", integer("axis", 1))
                        .node("Conv", "b,v", "d")
                        .node("Concat", "a,d", "e", integer("axis", 1))
                        .node("Conv", "e,w", "y")
                        .output("y");
        OnnxGraph graph =
                quantize(
                                small.build(13),
                                ranges(
                                        Map.of(
                                                "x", 1.0, "c", 8.0, "a", 8.0, "b", 4.5, "d", 5.0,
                                                "e", 8.5)))
                        .model()
                        .graph();
        assertEquals("INT8 c", origin(graph, "a", 0));
        assertEquals(8.5, amax(graph, "a", 0), 1e-3);
        assertEquals(8.5, amax(graph, "d", 0), 1e-3, "DQ and Q of one scale meet, and are gone");
        assertEquals(8.5, amax(graph, "y", 0), 1e-3);
        assertEquals(1, amax(graph, "c", 0), 1e-3, "values of its own, a scale of its own");
    }

    @Test
    void skipConnectionHasOneScaleForItsPoolingAndItsConcatenation() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4, 6, 6)
                        .weight("w", 4, 4, 1, 1)
                        .weight("v", 4, 8, 1, 1)
                        .node("Conv", "x,w", "c")
                        .node("MaxPool", "c", "p", ints("kernel_shape", 1, 1))
                        .node("Conv", "p,w", "d")
                        .node("Concat", "c,d", "e", integer("axis", 1))
                        .node("Conv", "e,v", "y")
                        .output("y")
                        .build(13);
        OnnxGraph graph =
                quantize(model, ranges(Map.of("x", 1.0, "c", 5.0, "p", 5.0, "d", 9.0, "e", 9.0)))
                        .model()
                        .graph();
        assertEquals(9, amax(graph, "d", 0), 1e-3);
        assertEquals(9, amax(graph, "y", 0), 1e-3);
    }

    @Test
    void tensorMuchNarrowerThanItsConcatenationKeepsItsRangeAndIsReadThroughItFirst()
            throws Exception {
        QuantizedModel quantized =
                quantize(
                        new SmallModel()
                                .input("x", 1, 4, 6, 6)
                                .weight("w", 4, 4, 1, 1)
                                .weight("v", 4, 8, 1, 1)
                                .node("Conv", "x,w", "c")
                                .node("Conv", "c,w", "d")
                                .node("Concat", "c,d", "e", integer("axis", 1))
                                .node("Conv", "e,v", "y")
                                .output("y")
                                .build(13),
                        ranges(Map.of("x", 1.0, "c", 3.0, "d", 9.0, "e", 9.0)));
        OnnxGraph graph = quantized.model().graph();
        assertEquals(3, amax(graph, "d", 0), 1e-3);
        assertEquals(9, amax(graph, "y", 0), 1e-3);
        assertEquals("INT8 c", origin(graph, "e", 0));
        assertEquals(
                List.of(new CoverageReport.OwnRange("c", 3, "e", 9)),
                quantized.coverage().ownRanges());
        assertTrue(quantized.coverage().toText().contains("own range: c keeps its range of 3.000"));
    }

    @Test
    void partMuchNarrowerThanItsTensorIsTakenInFloat() throws Exception {
        OnnxGraph graph =
                quantize(
                                new SmallModel()
                                        .input("x", 1, 8, 6, 6)
                                        .weight("w", 8, 8, 1, 1)
                                        .weight("v", 4, 4, 1, 1)
                                        .constant(Tensors.longs("half", List.of(4L, 4L)))
                                        .node("Conv", "x,w", "c")
                                        .node("Split", "c,half", "a,b", integer("axis", 1))
                                        .node("Conv", "a,v", "d")
                                        .node("Conv", "b,v", "e")
                                        .node("Add", "d,e", "y")
                                        .output("y")
                                        .build(13),
                                ranges(Map.of("x", 1.0, "c", 8.0, "a", 8.0, "b", 3.0)))
                        .model()
                        .graph();
        assertEquals("c", origin(graph, "a", 0));
        assertEquals(8, amax(graph, "d", 0), 1e-3);
        assertEquals(3, amax(graph, "e", 0), 1e-3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Slice", "Transpose", "Reshape", "MaxPool", "AveragePool", "Pad", "Mul"})
    void sumThatStaysFloatReadsInFloatWhatIsMadeOfTheInput(String operator) throws Exception {
        SmallModel small =
                new SmallModel()
                        .input("x", 1, 4, 6, 6)
                        .weight("w", 4, 4, 1, 1)
                        .weight("scale", 1, 4, 1, 1)
                        .constant(Tensors.longs("zero", List.of(0L)))
                        .constant(Tensors.longs("four", List.of(4L)))
                        .constant(Tensors.longs("pads", List.of(0L, 0L, 1L, 1L, 0L, 0L, 1L, 1L)))
                        .constant(Tensors.longs("shape", List.of(1L, 4L, 4L, 9L)));
        switch (operator) {
            case "Slice" -> small.node("Slice", "x,zero,four,four", "t");
            case "Transpose" -> small.node("Transpose", "x", "t", ints("perm", 0, 1, 3, 2));
            case "Reshape" -> small.node("Reshape", "x,shape", "t");
            case "Pad" -> small.node("Pad", "x,pads", "t");
            case "Mul" -> small.node("Mul", "x,scale", "t");
            default -> small.node(operator, "x", "t", ints("kernel_shape", 2, 2));
        }
        OnnxModel model =
                small.node("Conv", "t,w", "a").node("Add", "t,a", "y").output("y").build(13);
        OnnxGraph graph = quantize(model, ranges("x", "t", "a", "y")).model().graph();
        assertEquals("INT8 t", origin(graph, "a", 0));
        assertEquals("t", origin(graph, "y", 0));
        assertEquals("x", origin(graph, "t", 0));
    }

    @Test
    void sumThatStaysFloatReadsInInt8WhatAConvolutionWritesSo() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4, 6, 6)
                        .weight("w", 4, 4, 1, 1)
                        .node("Conv", "x,w", "t")
                        .node("Conv", "t,w", "a")
                        .node("Add", "t,a", "y")
                        .output("y")
                        .build(13);
        OnnxGraph graph = quantize(model, ranges("x", "t", "a", "y")).model().graph();
        assertEquals("INT8 t", origin(graph, "y", 0));
    }

    @Test
    void partThatIsAnOutputOfTheModelIsTakenInFloat() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4, 6, 6)
                        .weight("w", 4, 4, 1, 1)
                        .constant(Tensors.longs("zero", List.of(0L)))
                        .constant(Tensors.longs("four", List.of(4L)))
                        .node("Slice", "x,zero,four,four", "t")
                        .node("Conv", "t,w", "y")
                        .output("t")
                        .output("y")
                        .build(13);
        OnnxGraph graph = quantize(model, ranges("x", "t")).model().graph();
        assertEquals("x", origin(graph, "t", 0));
        assertEquals("INT8 t", origin(graph, "y", 0));
    }

    @Test
    void gateOnAPooledVectorStaysFloatUnlessItIsForced() throws Exception {
        OnnxModel model =
                between()
                        .node("Conv", "p,w", "s")
                        .node("Relu", "s", "t")
                        .node("Conv", "t,w", "u")
                        .node("Sigmoid", "u", "g")
                        .node("Mul", "c,g", "m")
                        .node("Conv", "m,w", "d")
                        .node("GlobalAveragePool", "d", "q")
                        .node("Conv", "q,w", "y")
                        .output("y")
                        .build(13);
        DynamicRanges ranges = ranges("x", "c", "p", "t", "m", "d", "q");
        CoverageReport left = quantize(model, ranges).coverage();
        assertEquals(3, left.int8Layers(), "c, d and the classifier y");
        assertTrue(left.toText().contains("Conv s/Conv: float, it works on one value a channel"));
        CoverageReport forced =
                new Quantizer(
                                QuantizationOptions.builder()
                                        .addInt8Layer("s")
                                        .addInt8Layer("u/Conv")
                                        .addInt8Layer("none")
                                        .build())
                        .quantize(model, ranges)
                        .coverage();
        assertEquals(5, forced.int8Layers(), forced.toText());
        assertEquals(Set.of("none"), forced.unknownLayers());
    }

    @ParameterizedTest
    @CsvSource({"4, 1, false", "1, 4, false", "4, 2, true"})
    void productWithAVectorStaysFloat(long rows, long columns, boolean quantized) throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, rows)
                        .weight("m", rows, columns)
                        .node("MatMul", "x,m", "y")
                        .output("y")
                        .build(13);
        assertEquals(quantized ? 1 : 0, quantize(model, ranges("x")).coverage().int8Layers());
    }
}
