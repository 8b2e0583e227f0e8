package io.rangefinder.engine.quantization;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What placement costs each output, against ONNX Runtime on the float model, node by node. */
class PlacementAccuracyTest {

    private static final Path RESOURCES = Path.of("src/test/resources/placement");

    /** A layer behind one part of a concatenation whose other part is 10 or 1000 times as wide. */
    @ParameterizedTest
    @CsvSource({
        "joined, TENSORRT",
        "joined-far, TENSORRT",
        "joined, CPU",
        "joined-far, CPU",
    })
    void partsOfAConcatenationKeepTheirAccuracy(String name, Target target) throws Exception {
        OnnxModel model = OnnxModel.read(RESOURCES.resolve(name + ".onnx"));
        DynamicRanges ranges = RangeFiles.read(RESOURCES.resolve(name + ".txt"));
        NamedTensor x = noise("x", 1, 3, 16, 16);
        QuantizedModel quantized = quantize(model, ranges, target);
        assertTrue(sqnr(model, quantized.model(), x, "y1") > 30, "the narrow part's layer");
        assertTrue(sqnr(model, quantized.model(), x, "y2") > 30, "the wide part's layer");
    }

    /** The network adds a hundredth: the sum must not round what it adds to. */
    @ParameterizedTest
    @CsvSource({"Add, TENSORRT", "Sub, TENSORRT", "Add, CPU", "Sub, CPU"})
    void whatIsAddedToAPartOfTheInputIsRight(String join, Target target) throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 1, 12, 8, 8)
                        .weight("w", 8, 8, 3, 3)
                        .floats("small", new float[] {1e-4f}, 1)
                        .constant(Tensors.longs("zero", List.of(0L)))
                        .constant(Tensors.longs("eight", List.of(8L)))
                        .constant(Tensors.longs("one", List.of(1L)))
                        .node("Slice", "x,zero,eight,one", "t")
                        .node("Conv", "t,w", "a", SmallModel.ints("pads", 1, 1, 1, 1))
                        .node("Relu", "a", "r")
                        .node("Conv", "r,w", "b", SmallModel.ints("pads", 1, 1, 1, 1))
                        .node("Mul", "b,small", "f")
                        .node(join, "t,f", "y")
                        .node("Sub", "y,t", "added")
                        .output("y")
                        .output("added")
                        .build(13);
        NamedTensor x = noise("x", 1, 12, 8, 8);
        QuantizedModel quantized = quantize(model, minMax(model, x), target);
        assertTrue(sqnr(model, quantized.model(), x, "y") > 60);
        assertTrue(sqnr(model, quantized.model(), x, "added") > 25);
    }

    /** Gates that are written as products, and sums that read both sides in INT8. */
    @ParameterizedTest
    @ValueSource(strings = {"gated-sum", "gated-sum-mean", "joined-sum", "parted-sum"})
    void sumsOfGatedJoinedAndPartedMapsAreRight(String name) throws Exception {
        OnnxModel model = OnnxModel.read(RESOURCES.resolve(name + ".onnx"));
        NamedTensor x = noise("x", 2, 3, 8, 8);
        QuantizedModel quantized = quantize(model, minMax(model, x), Target.TENSORRT);
        assertTrue(sqnr(model, quantized.model(), x, "head") > 25);
    }

    private static QuantizedModel quantize(OnnxModel model, DynamicRanges ranges, Target target)
            throws Exception {
        return new Quantizer(QuantizationOptions.builder().optTarget(target).build())
                .quantize(model, ranges);
    }

    private static NamedTensor noise(String name, long... shape) {
        Random random = new Random(7);
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return NamedTensor.ofFloats(name, values, new Shape(shape));
    }

    private static DynamicRanges minMax(OnnxModel model, NamedTensor input) throws Exception {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        ranges.add(input.name(), new DynamicRange(amax(input.toFloats())));
        try (OrtModel all =
                OrtModel.load(
                        model.withEveryTensorAsOutput().toBytes(),
                        "all",
                        Execution.UNOPTIMIZED,
                        1)) {
            for (NamedTensor tensor : all.run(List.of(input))) {
                ranges.add(tensor.name(), new DynamicRange(amax(tensor.toFloats())));
            }
        }
        return ranges.build();
    }

    private static double amax(float[] values) {
        double most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    private static double sqnr(OnnxModel model, OnnxModel int8, NamedTensor input, String output)
            throws Exception {
        float[] expected = run(model, input, output);
        float[] actual = run(int8, input, output);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.length; i++) {
            signal += expected[i] * (double) expected[i];
            noise += (expected[i] - actual[i]) * (double) (expected[i] - actual[i]);
        }
        return 10 * Math.log10(signal / noise);
    }

    private static float[] run(OnnxModel model, NamedTensor input, String output) throws Exception {
        try (OrtModel session =
                OrtModel.load(model.toBytes(), model.source(), Execution.UNOPTIMIZED, 1)) {
            return session.run(List.of(input)).stream()
                    .filter(t -> t.name().equals(output))
                    .findFirst()
                    .orElseThrow()
                    .toFloats();
        }
    }
}
