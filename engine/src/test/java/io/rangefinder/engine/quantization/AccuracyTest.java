package io.rangefinder.engine.quantization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.ExampleModels.Logits;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What INT8 costs on the 10,000 test images, with min-max ranges of the 512 calibration images. */
class AccuracyTest {

    private static final Map<String, DynamicRanges> RANGES = new ConcurrentHashMap<>();
    private static final Map<String, Logits> FLOAT_LOGITS = new ConcurrentHashMap<>();
    private static FashionMnistSamples data;

    @BeforeAll
    static void readData() throws Exception {
        data = FashionMnistSamples.test();
    }

    @ParameterizedTest
    @CsvSource({"resnet, 32.5", "mobilenet, 30.5", "vit, 37"})
    void simulatedTensorRtStaysCloseToFloat(String name, double leastSqnr) throws Exception {
        OnnxModel model = ExampleModels.read(name);
        Logits reference = floatLogits(name, model);
        QuantizedModel quantized = quantize(model, Target.TENSORRT, 8);
        Logits int8 = ExampleModels.logits(quantized.model(), Execution.SIMULATED, data);
        report(name + " simulated", int8, reference);
        assertEquals(
                quantized.coverage().layers().size(),
                quantized.coverage().int8Layers(),
                quantized.coverage().toText());
        assertTrue(int8.sqnr(reference) >= leastSqnr);
        assertEquals(reference.top1(data), int8.top1(data), 0.002);
    }

    @ParameterizedTest
    @CsvSource({"resnet, 7", "resnet, 8", "mobilenet, 7", "mobilenet, 8", "vit, 7", "vit, 8"})
    void integerKernelsKeepTop1(String name, int bits) throws Exception {
        assumeTrue(bits <= CpuAbilities.probe().weightBits(), "sums of 8 bits saturate here");
        OnnxModel model = ExampleModels.read(name);
        Logits reference = floatLogits(name, model);
        QuantizedModel quantized = quantize(model, Target.CPU, bits);
        Logits int8 = ExampleModels.logits(quantized.model(), Execution.INTEGER, data);
        report(name + " CPU, " + bits + "-bit weights", int8, reference);
        assertEquals(reference.top1(data), int8.top1(data), 0.003);
    }

    @Test
    void simulationWithOptimizationsEqualsNodeByNode() throws Exception {
        FashionMnistSamples all = FashionMnistSamples.calibration();
        OnnxModel int8 = quantize(ExampleModels.read("resnet"), Target.TENSORRT, 8).model();
        long start = System.nanoTime();
        Logits nodes = ExampleModels.logits(int8, Execution.UNOPTIMIZED, all);
        long middle = System.nanoTime();
        Logits simulated = ExampleModels.logits(int8, Execution.SIMULATED, all);
        long end = System.nanoTime();
        System.out.printf(
                "simulated %.0f dB from node by node, %.2f of its time%n",
                simulated.sqnr(nodes), (end - middle) / (double) (middle - start));
        assertTrue(simulated.sqnr(nodes) > 50);
    }

    @ParameterizedTest
    @CsvSource({"resnet, 0", "mobilenet, 0", "vit, 1"})
    void convolutionsBecomeIntegerKernels(String name, long inFloat, @TempDir Path folder)
            throws Exception {
        OnnxModel int8 = quantize(ExampleModels.read(name), Target.CPU, 7).model();
        Path file = folder.resolve("optimized.onnx");
        OrtModel.writeOptimized(int8.toBytes(), name, file);
        Map<String, Long> operators =
                OnnxModel.read(file).proto().getGraph().getNodeList().stream()
                        .collect(
                                Collectors.groupingBy(
                                        NodeProto::getOpType, TreeMap::new, Collectors.counting()));
        System.out.println(name + " " + operators);
        // What a ViT makes of its patches is read in float, and so not rounded again.
        assertEquals(inFloat, operators.getOrDefault("Conv", 0L));
        assertTrue(!operators.containsKey("FusedConv"));
        assertTrue(!operators.containsKey("Gemm"));
    }

    @ParameterizedTest
    @CsvSource({"resnet, 1", "resnet, 32", "mobilenet, 1", "mobilenet, 32"})
    void timeAgainstFloat(String name, int batch) throws Exception {
        OnnxModel model = ExampleModels.read(name);
        OnnxModel int8 = quantize(model, Target.CPU, 7).model();
        List<NamedTensor> input = List.of(FashionMnistSamples.calibration().batch(0, batch));
        try (OrtModel a = OrtModel.load(model.toBytes(), "float", Execution.INTEGER, 1);
                OrtModel b = OrtModel.load(int8.toBytes(), "int8", Execution.INTEGER, 1)) {
            double[] floats = new double[100];
            double[] ints = new double[100];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = time(a, input);
                ints[i] = time(b, input);
            }
            Arrays.sort(floats);
            Arrays.sort(ints);
            System.out.printf(
                    "%s, batch %d: INT8 takes %.2f of float's %.2f ms (medians)%n",
                    name, batch, ints[50] / floats[50], floats[50] / 1e6);
        }
    }

    private static double time(OrtModel model, List<NamedTensor> input) {
        long start = System.nanoTime();
        model.run(input);
        return System.nanoTime() - start;
    }

    private static QuantizedModel quantize(OnnxModel model, Target target, int bits)
            throws Exception {
        DynamicRanges ranges = RANGES.get(model.source());
        if (ranges == null) {
            ranges = ExampleModels.minMax(model);
            RANGES.put(model.source(), ranges);
        }
        return new Quantizer(
                        QuantizationOptions.builder().optTarget(target).optWeightBits(bits).build())
                .quantize(model, ranges);
    }

    private static Logits floatLogits(String name, OnnxModel model) throws Exception {
        Logits logits = FLOAT_LOGITS.get(name);
        if (logits == null) {
            logits = ExampleModels.logits(model, Execution.INTEGER, data);
            FLOAT_LOGITS.put(name, logits);
        }
        return logits;
    }

    private static void report(String what, Logits int8, Logits reference) {
        System.out.printf(
                "%s: %.2f dB, top-1 %.2f (float %.2f)%n",
                what, int8.sqnr(reference), 100 * int8.top1(data), 100 * reference.top1(data));
    }
}
