package io.rangefinder.engine.quantization;

import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.fixtures.Computed;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.operators.WeightedOperator;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizerTest {

    private static QuantizedModel quantize(OnnxModel model, DynamicRanges ranges, Target target)
            throws InvalidOnnxException {
        return new Quantizer(QuantizationOptions.builder().optTarget(target).build())
                .quantize(model, ranges);
    }

    private static DynamicRanges ranges(String... tensors) {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        Arrays.stream(tensors).forEach(t -> ranges.add(t, new DynamicRange(4)));
        return ranges.build();
    }

    private static long count(OnnxModel model, String operator) throws InvalidOnnxException {
        return model.graph().nodes().stream().filter(n -> Nodes.is(n, operator)).count();
    }

    @ParameterizedTest
    @CsvSource({"resnet, 32", "mobilenet, 42", "vit, 36"})
    void tensorRtModelKeepsItsInvariants(String name, int pairs) throws Exception {
        OnnxModel model = ExampleModels.read(name);
        OnnxModel int8 = quantize(model, ExampleModels.minMax(model), Target.TENSORRT).model();
        OnnxGraph graph = int8.graph();
        Set<String> quantized = new HashSet<>();
        for (NodeProto.Builder node : graph.nodes()) {
            if (Nodes.is(node, "QuantizeLinear")) {
                assertTrue(quantized.add(node.getInput(0)), "one Q a tensor");
                assertFalse(graph.isOutput(node.getInput(0)));
                List<NodeProto.Builder> readers = graph.consumers(node.getOutput(0));
                assertFalse(readers.isEmpty());
                for (NodeProto.Builder reader : readers) {
                    assertTrue(Nodes.is(reader, "DequantizeLinear"));
                    assertEquals(node.getInput(1), reader.getInput(1));
                    assertEquals(node.getInput(2), reader.getInput(2));
                    assertEquals(1, graph.consumers(reader.getOutput(0)).size());
                }
                TensorProto zeroPoint = graph.constant(node.getInput(2)).orElseThrow();
                assertEquals(TensorProto.DataType.INT8_VALUE, zeroPoint.getDataType());
                assertArrayEquals(
                        new byte[zeroPoint.getRawData().size()],
                        zeroPoint.getRawData().toByteArray());
                for (float scale : scales(graph, node)) {
                    assertTrue(scale > 0);
                }
            }
            if (WeightedOperator.is(node)) {
                checkWeight(graph, node);
                Nodes.input(node, 2)
                        .flatMap(graph::constant)
                        .map(Tensors::floats)
                        .ifPresent(
                                bias -> assertTrue(bias.length > 0, "bias stays a float constant"));
            }
        }
        assertEquals(pairs, count(int8, "QuantizeLinear"));
        assertEquals(
                model.proto().getGraph().getInputList(), int8.proto().getGraph().getInputList());
        assertEquals(
                model.proto().getGraph().getOutputList(), int8.proto().getGraph().getOutputList());
    }

    /**
     * As the export writes {@code y[:, :4] = relu(a); y[:, 4:] = b}, of which only parts are seen.
     */
    @Test
    void whatIsPutTogetherHasTheGreatestRangeOfItsParts() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 8)
                        .weight("wa", 8, 4)
                        .weight("wb", 8, 4)
                        .weight("wc", 8, 8)
                        .floats("zeros", new float[] {0, -9, 0, 0}, 1, 4)
                        .constant(Tensors.longs("starts", List.of(0L)))
                        .constant(Tensors.longs("ends", List.of(4L)))
                        .constant(Tensors.longs("axes", List.of(1L)))
                        .constant(Tensors.longs("rows", List.of(2L, 4L)))
                        .node("MatMul", "x,wa", "a")
                        .node("Relu", "a", "ra")
                        .node("MatMul", "x,wb", "b")
                        .node("Slice", "ra,starts,ends,axes", "part")
                        .node("Concat", "part,b", "joined", integer("axis", 1))
                        .node("MatMul", "joined,wc", "y")
                        .node("Expand", "zeros,rows", "wide")
                        .node("Concat", "b,wide", "padded", integer("axis", 1))
                        .node("MatMul", "padded,wc", "z")
                        .output("y")
                        .output("z")
                        .build(13);
        DynamicRanges ranges =
                DynamicRanges.builder()
                        .add("x", new DynamicRange(4))
                        .add("a", new DynamicRange(3))
                        .add("ra", new DynamicRange(2))
                        .add("b", new DynamicRange(6.35))
                        .build();

        QuantizedModel int8 = quantize(model, ranges, Target.TENSORRT);

        assertEquals(4, int8.coverage().int8Layers());
        assertEquals(6.35 / 127, scaleOf(int8.model(), "joined"), 1e-8);
        assertEquals(9.0 / 127, scaleOf(int8.model(), "padded"), 1e-8);
        DynamicRanges without =
                DynamicRanges.builder()
                        .add("x", new DynamicRange(4))
                        .add("ra", new DynamicRange(2))
                        .add("b", new DynamicRange(6.35))
                        .addWithoutRange("joined")
                        .build();
        assertEquals(3, quantize(model, without, Target.TENSORRT).coverage().int8Layers());
    }

    private static float scaleOf(OnnxModel model, String tensor) throws InvalidOnnxException {
        OnnxGraph graph = model.graph();
        return graph.consumers(tensor).stream()
                .filter(n -> Nodes.is(n, "QuantizeLinear"))
                .map(n -> scales(graph, n)[0])
                .findFirst()
                .orElseThrow();
    }

    private static float[] scales(OnnxGraph graph, NodeProto.Builder node) {
        return Tensors.floats(graph.constant(node.getInput(1)).orElseThrow());
    }

    /** Layers with a constant weight read it as float behind Q and DQ along its output axis. */
    private static void checkWeight(OnnxGraph graph, NodeProto.Builder layer) {
        NodeProto.Builder dequantize = graph.producer(layer.getInput(1)).orElseThrow();
        if (!Nodes.is(dequantize, "DequantizeLinear")) {
            assertTrue(Nodes.is(layer, "MatMul"), "only attention has no weight");
            return;
        }
        NodeProto.Builder quantize = graph.producer(dequantize.getInput(0)).orElseThrow();
        TensorProto weight = graph.constant(quantize.getInput(0)).orElseThrow();
        assertTrue(Tensors.isFloat(weight));
        long axis = Nodes.is(layer, "MatMul") ? 1 : 0;
        assertEquals(axis, Nodes.integer(quantize, "axis", -9));
        assertEquals(axis, Nodes.integer(dequantize, "axis", -9));
        assertEquals(weight.getDims((int) axis), scales(graph, quantize).length);
        assertTrue(
                Nodes.is(graph.producer(layer.getInput(0)).orElseThrow(), "DequantizeLinear"),
                Nodes.nameOf(layer));
    }

    @Test
    void additionSharesThePairOfTheConvolutionThatReadsTheSame() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 4, 5, 5)
                        .weight("w", 4, 4, 1, 1)
                        .weight("v", 4, 4, 1, 1)
                        .node("Conv", "x,w", "a")
                        .node("Add", "a,x", "b")
                        .node("Conv", "b,v", "y")
                        .output("y")
                        .build(13);
        DynamicRanges ranges = ranges("x", "b");
        OnnxGraph graph = quantize(model, ranges, Target.TENSORRT).model().graph();
        assertEquals(
                List.of("a", "x_DequantizeLinear_1_Output"),
                graph.producer("b").orElseThrow().getInputList());
        assertEquals(
                "x_QuantizeLinear_Output",
                graph.producer("x_DequantizeLinear_1_Output").orElseThrow().getInput(0),
                "of the same Q");
    }

    @ParameterizedTest
    @CsvSource({"ConvTranspose, 0, 6, 1", "Gemm, 0, 6, 1", "Gemm, 1, 4, 0", "MatMul, 0, 6, 1"})
    void channelsLieAlongTheOutputAxis(String operator, int transposed, int scales, int axis)
            throws Exception {
        boolean convolution = operator.equals("ConvTranspose");
        long[] input =
                convolution ? new long[] {-1, 4, 5, 5} : new long[] {-1, 6 - 2 + 2 * transposed};
        long[] weight = convolution ? new long[] {4, 6, 2, 2} : new long[] {4, 6};
        SmallModel small = new SmallModel().input("x", input).weight("w", weight);
        if (convolution) {
            small.node(operator, "x,w", "y");
        } else if (operator.equals("Gemm")) {
            small.node(operator, "x,w", "y", integer("transB", transposed));
        } else {
            small.node(operator, "x,w", "y");
        }
        OnnxModel model = small.output("y").build(13);
        OnnxModel int8 = quantize(model, ranges("x"), Target.TENSORRT).model();
        OnnxGraph graph = int8.graph();
        NodeProto.Builder dequantize =
                graph.producer(graph.producer("y").orElseThrow().getInput(1)).orElseThrow();
        assertEquals(scales, scales(graph, dequantize).length);
        assertEquals(axis, Nodes.integer(dequantize, "axis", -9));
        long[] shape = input.clone();
        shape[0] = 3;
        assertClose(model, int8, new Shape(shape));
    }

    private static void assertClose(OnnxModel model, OnnxModel int8, Shape shape) throws Exception {
        float[] values = new float[(int) shape.size()];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        NamedTensor x = NamedTensor.ofFloats("x", values, shape);
        try (OrtModel a = OrtModel.load(model.toBytes(), "a", Execution.INTEGER, 1);
                OrtModel b = OrtModel.load(int8.toBytes(), "b", Execution.SIMULATED, 1)) {
            NamedTensor expected = a.run(List.of(x)).get(0);
            NamedTensor found = b.run(List.of(x)).get(0);
            assertTrue(
                    new ExampleModels.Logits(found.toFloats())
                                    .sqnr(new ExampleModels.Logits(expected.toFloats()))
                            > 30);
        }
    }

    @Test
    void channelOfZerosHasTinyScale() throws Exception {
        for (Target target : Target.values()) {
            OnnxModel model =
                    new SmallModel()
                            .input("x", -1, 1, 3, 3)
                            .floats("w", new float[] {0, 1}, 2, 1, 1, 1)
                            .floats("b", new float[] {3, 1}, 2)
                            .node("Conv", "x,w,b", "a")
                            .node("Relu", "a", "r")
                            .node("Exp", "r", "y")
                            .output("y")
                            .build(13);
            OnnxModel int8 = quantize(model, ranges("x", "r"), target).model();
            OnnxGraph graph = int8.graph();
            NodeProto.Builder conv = graph.producer("a").orElseThrow();
            float[] scales = scales(graph, graph.producer(conv.getInput(1)).orElseThrow());
            assertTrue(scales[0] > 0 && scales[0] < 1e-6);
            assertClose(model, int8, new Shape(2, 1, 3, 3));
        }
    }

    @Test
    void layersLeftInFloatAreReportedWithTheReason() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 4)
                        .input("z", 4, 4)
                        .weight("w", 4, 4)
                        .node("MatMul", "x,w", "a")
                        .node("Relu", "a", "b")
                        .node("MatMul", "b,w", "c")
                        .node("MatMul", "c,z", "d")
                        .node("Gemm", "d,w", "y")
                        .output("y")
                        .build(13);
        CoverageReport report =
                new Quantizer(
                                QuantizationOptions.builder()
                                        .addFloatLayer("a/MatMul")
                                        .addFloatLayer("typo")
                                        .build())
                        .quantize(model, ranges("x", "d"))
                        .coverage();
        assertEquals(3, report.layers().size(), "attention's products are no layers");
        assertEquals(1, report.int8Layers());
        assertEquals(Set.of("b"), report.missingRanges());
        assertEquals(Set.of("typo"), report.unknownLayers());
        String text = report.toText();
        assertTrue(text.startsWith("1 of 3 layers in INT8"), text);
        assertTrue(text.contains("MatMul a/MatMul: float, pinned to float"), text);
        assertTrue(text.contains("MatMul c/MatMul: float, its input 'b' has no range"), text);
    }

    @Test
    void weightBehindTransposeIsFound() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 6)
                        .weight("w", 4, 6)
                        .node("Transpose", "w", "t")
                        .node("MatMul", "x,t", "y")
                        .output("y")
                        .build(13);
        for (Target target : Target.values()) {
            QuantizedModel int8 = quantize(model, ranges("x"), target);
            assertEquals(1, int8.coverage().int8Layers());
            assertEquals(0, count(int8.model(), "Transpose"));
            assertClose(model, int8.model(), new Shape(5, 6));
        }
    }

    @Test
    void quantizedModelIsRefused() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        DynamicRanges ranges = ExampleModels.minMax(model);
        OnnxModel int8 = quantize(model, ranges, Target.CPU).model();
        assertThrows(InvalidOnnxException.class, () -> quantize(int8, ranges, Target.TENSORRT));
    }

    @Test
    void sameArgumentsGiveTheSameBytes() throws Exception {
        OnnxModel model = ExampleModels.read("mobilenet");
        DynamicRanges ranges = ExampleModels.minMax(model);
        for (Target target : Target.values()) {
            assertArrayEquals(
                    quantize(model, ranges, target).model().toBytes(),
                    quantize(model, ranges, target).model().toBytes());
        }
    }

    @Test
    void oldOpsetIsRaised() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 4)
                        .weight("w", 4, 4)
                        .node("MatMul", "x,w", "a")
                        .node("Softmax", "a", "y")
                        .output("y")
                        .build(11);
        assertEquals(13, quantize(model, ranges("x"), Target.TENSORRT).model().opset());
    }

    /** Two convolutions read one weight and one bias; what is added has a name for each. */
    @ParameterizedTest
    @EnumSource
    void sharedWeightAndBiasGetNamesForEachLayer(Target target) throws Exception {
        OnnxModel model = OnnxModel.read(Path.of("src/test/resources/onnx", "shared-head.onnx"));
        DynamicRanges.Builder ranges = DynamicRanges.builder().add("x", new DynamicRange(3.4));
        for (String tensor : model.graph().tensors()) {
            ranges.add(tensor, new DynamicRange(10));
        }
        OnnxModel int8 = quantize(model, ranges.build(), target).model();
        Set<String> names = new HashSet<>();
        for (NodeProto node : int8.proto().getGraph().getNodeList()) {
            assertTrue(names.add(node.getName()), node.getName());
        }
        List<float[]> expected = Computed.of(model);
        List<float[]> actual = Computed.of(int8);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), 0.1f);
        }
    }

    @Test
    void nodesAreNamedBesideThoseOfTheModel() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 4)
                        .weight("w", 4, 4)
                        .node("MatMul", "x,w", "y")
                        .node("Relu", "y", "x_DequantizeLinear")
                        .output("x_DequantizeLinear")
                        .build(13);
        OnnxModel int8 = quantize(model, ranges("x"), Target.CPU).model();
        assertEquals(1, Computed.of(int8).size());
    }

    /** The forms that weight-only quantizers write. */
    @ParameterizedTest
    @CsvSource({"DequantizeLinear, '', 'w,s'", "MatMulNBits, com.microsoft, 'x,w,s'"})
    void modelWhoseWeightsAreQuantizedIsRefused(String operator, String domain, String inputs)
            throws Exception {
        SmallModel small = new SmallModel().input("x", 1, 4).weight("v", 4, 4);
        var proto = small.node("MatMul", "x,v", "y").output("y").proto(13).toBuilder();
        proto.getGraphBuilder()
                .addNode(SmallModel.nodeOf(operator, inputs, "d").toBuilder().setDomain(domain));
        OnnxModel model = OnnxModel.of(proto.build(), "weights only");
        assertTrue(
                assertThrows(
                                InvalidOnnxException.class,
                                () -> quantize(model, ranges("x"), Target.TENSORRT))
                        .getMessage()
                        .contains("quantized already"));
    }

    @Test
    void recurrentLayersEinsumsAndComputedWeightsCount() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 3, 1, 4)
                        .weight("w", 1, 16, 4)
                        .weight("r", 1, 16, 4)
                        .node("LSTM", "x,w,r", "h", integer("hidden_size", 4))
                        .weight("k", 4, 4)
                        .weight("cube", 4, 4, 4)
                        .node("Det", "cube", "factor")
                        .node("Mul", "k,factor", "v")
                        .node("MatMul", "x,v", "m")
                        .node("Einsum", "x,k", "e", SmallModel.string("equation", "tbi,ij->tb"))
                        .node("MatMul", "x,k", "y")
                        .output("h")
                        .output("m")
                        .output("e")
                        .output("y")
                        .build(13);
        CoverageReport coverage = quantize(model, ranges("x"), Target.TENSORRT).coverage();
        assertEquals(1, coverage.int8Layers());
        assertEquals(
                Set.of("LSTM", "Einsum", "MatMul"),
                coverage.layers().stream()
                        .filter(l -> l.leftInFloat().isPresent())
                        .map(CoverageReport.Layer::operator)
                        .collect(Collectors.toSet()));
        assertEquals(4, coverage.layers().size());
    }

    @Test
    void rangesForNoTensorAreToldByNumberAndName() {
        CoverageReport report =
                new CoverageReport(List.of(), Set.of(), Set.of(), List.of(), Set.of(), Set.of())
                        .withUnmatchedRanges(Set.of("b", "a"));
        assertTrue(report.toText().endsWith("2 ranges for no tensor: a, b"), report.toText());
    }
}
