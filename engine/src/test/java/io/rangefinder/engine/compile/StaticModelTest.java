package io.rangefinder.engine.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.Quantizer;
import io.rangefinder.engine.quantization.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticModelTest {

    /** Reshapes a batch of any length to rows of another number. */
    private static OnnxModel reshaped(long rows, long columns) throws InvalidOnnxException {
        return new SmallModel()
                .input("x", -1, 6)
                .constant(Tensors.longs("shape", List.of(rows, columns)))
                .node("Reshape", "x,shape", "y")
                .output("y")
                .build(13);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet", "mobilenet", "vit"})
    void fixedInt8ModelGivesWhatTheOpenOneGives(String name) throws Exception {
        OnnxModel model = ExampleModels.read(name);
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        NamedTensor input = FashionMnistSamples.calibration().batch(0, 8);
        ExampleModels.tensors(model, input)
                .forEach((tensor, value) -> ranges.add(tensor, new DynamicRange(amax(value))));
        OnnxModel int8 =
                new Quantizer(QuantizationOptions.builder().optTarget(Target.TENSORRT).build())
                        .quantize(model, ranges.build())
                        .model();
        OnnxModel fixed = StaticModel.of(int8, 8, List.of());
        try (OrtModel open = load(int8);
                OrtModel same = load(fixed)) {
            assertEquals(new Shape(8, 1, 28, 28), same.inputs().get(0).shape());
            assertEquals(new Shape(8, 10), same.outputs().get(0).shape());
            assertArrayEquals(
                    open.run(List.of(input)).get(0).toFloats(),
                    same.run(List.of(input)).get(0).toFloats(),
                    1e-4f);
            NamedTensor seven = FashionMnistSamples.calibration().batch(0, 7);
            assertThrows(EngineException.class, () -> same.run(List.of(seven)));
        }
    }

    private static double amax(NamedTensor tensor) {
        double amax = 1e-6;
        for (float value : tensor.toFloats()) {
            amax = Math.max(amax, Math.abs(value));
        }
        return amax;
    }

    private static OrtModel load(OnnxModel model) throws InvalidOnnxException {
        return OrtModel.load(model.toBytes(), model.source(), Execution.SIMULATED, 1);
    }

    @Test
    void shapeOfAnOutputThatDeclaresNoneIsFound() throws Exception {
        var proto = reshaped(-1, 3).proto().toBuilder();
        proto.getGraphBuilder()
                .getOutputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(1);
        OnnxModel fixed = StaticModel.of(OnnxModel.of(proto.build(), "small model"), 4, List.of());
        var shape = fixed.outputs().get(0).getType().getTensorType().getShape();
        assertEquals(
                List.of(8L, 3L), shape.getDimList().stream().map(d -> d.getDimValue()).toList());
    }

    @Test
    void reshapeThatTheBatchDoesNotFitIsRefusedByName() throws Exception {
        OnnxModel model = reshaped(5, 6);
        Exception e =
                assertThrows(InvalidOnnxException.class, () -> StaticModel.of(model, 4, List.of()));
        assertTrue(e.getMessage().contains("a batch of 4"), e.getMessage());
        assertTrue(e.getMessage().contains("given to 'y/Reshape'; export"), e.getMessage());
    }

    @Test
    void outputOfAnotherBatchIsRefusedByName() throws Exception {
        var proto = reshaped(2, -1).proto().toBuilder();
        var output = proto.getGraphBuilder().getOutputBuilder(0);
        var declared = output.getTypeBuilder().getTensorTypeBuilder().setElemType(1);
        declared.getShapeBuilder().addDimBuilder().setDimParam("n1");
        declared.getShapeBuilder().addDimBuilder();
        OnnxModel model = OnnxModel.of(proto.build(), "small model");
        Exception e =
                assertThrows(InvalidOnnxException.class, () -> StaticModel.of(model, 4, List.of()));
        assertTrue(e.getMessage().contains("'y/Reshape'"), e.getMessage());
    }

    @Test
    void reshapeToTheSameBatchIsTaken() throws Exception {
        OnnxModel fixed = StaticModel.of(reshaped(5, 6), 5, List.of());
        assertEquals(1, fixed.outputs().size());
    }
}
