package io.rangefinder.engine.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorMatcherTest {

    private static final int BATCH = 4;

    /** ONNX Runtime would end the process. */
    @Test
    void shapesThatDoNotFitAreRefusedBeforeAnythingRuns() throws Exception {
        OnnxModel model =
                OnnxModel.read(Path.of("src/test/resources/onnx/weight-of-other-axes.onnx"));
        Shape shape = new Shape(2, 4, 6);
        NamedTensor input = NamedTensor.ofFloats("x", new float[48], shape);
        ReferenceTensor hook = new ReferenceTensor(new Shape(2), new float[] {1, 2});
        InvalidOnnxException refused =
                assertThrows(
                        InvalidOnnxException.class,
                        () ->
                                TensorMatcher.match(
                                        model, List.of(input), Map.of("hook", hook), List.of()));
        assertTrue(refused.getMessage().contains("(Conv"), refused.getMessage());
    }

    /** What PyTorch would have computed: the same, up to rounding, under other names. */
    private static Map<String, ReferenceTensor> references(OnnxModel model, NamedTensor input)
            throws Exception {
        Map<String, ReferenceTensor> hooks = new LinkedHashMap<>();
        Random random = new Random(3);
        ExampleModels.tensors(model, input)
                .forEach(
                        (name, tensor) -> {
                            float[] values = tensor.toFloats();
                            double amax = 0;
                            for (float v : values) {
                                amax = Math.max(amax, Math.abs(v));
                            }
                            for (int i = 0; i < values.length; i++) {
                                values[i] += (float) (random.nextGaussian() * 1e-6 * amax);
                            }
                            hooks.put("hook:" + name, new ReferenceTensor(tensor.shape(), values));
                        });
        return hooks;
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet", "mobilenet"})
    void everyTensorIsFoundByValue(String name) throws Exception {
        OnnxModel model = ExampleModels.read(name);
        NamedTensor input = FashionMnistSamples.calibration().batch(0, BATCH);
        Map<String, ReferenceTensor> hooks = references(model, input);
        hooks.keySet().removeIf(h -> h.contains("Constant"));
        Matching matching =
                TensorMatcher.match(
                        model, List.of(input), hooks, List.of(hooks.get("hook:logits")));
        assertEquals(Set.of(), matching.hooksWithoutTensor());
        assertEquals(Set.of(), matching.tensorsWithoutHook());
        matching.hooks()
                .forEach(
                        (tensor, found) ->
                                assertTrue(found.contains("hook:" + tensor), tensor + " " + found));
        matching.hooks()
                .forEach(
                        (tensor, found) ->
                                assertTrue(
                                        found.size() <= 2 && (found.size() == 1 || keeps(tensor)),
                                        tensor + " " + found));
    }

    /** Pooling to one value and flattening it are two tensors of the same values. */
    private static boolean keeps(String tensor) {
        return tensor.contains("Flatten") || tensor.contains("Pool") || tensor.contains("Reduce");
    }

    @Test
    void hookWithoutTensorAndTensorWithoutHookAreReported() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        NamedTensor input = FashionMnistSamples.calibration().batch(0, BATCH);
        Map<String, ReferenceTensor> hooks = references(model, input);
        ReferenceTensor folded = hooks.remove("hook:/conv1/Conv_output_0");
        float[] beforeNormalization = folded.values().clone();
        for (int i = 0; i < beforeNormalization.length; i++) {
            beforeNormalization[i] = beforeNormalization[i] * 1.01f + 0.1f;
        }
        hooks.put("conv1", new ReferenceTensor(folded.shape(), beforeNormalization));
        hooks.put("zeros", new ReferenceTensor(folded.shape(), new float[folded.values().length]));
        Matching matching =
                TensorMatcher.match(
                        model, List.of(input), hooks, List.of(hooks.get("hook:logits")));
        assertEquals(Set.of("conv1", "zeros"), matching.hooksWithoutTensor());
        assertEquals(Set.of("/conv1/Conv_output_0"), matching.tensorsWithoutHook());
    }

    @Test
    void rangeIsCarriedThroughFlatten() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        String pooled = "/avgpool/GlobalAveragePool_output_0";
        Matching matching = TensorMatcher.byName(model, Set.of(pooled, "no such"));
        assertEquals(List.of(pooled), matching.hooks().get("/Flatten_output_0"));
        assertEquals(Set.of("no such"), matching.hooksWithoutTensor());
        Matching backwards = TensorMatcher.byName(model, Set.of("/Flatten_output_0"));
        DynamicRanges ranges =
                backwards.toTensors(
                        DynamicRanges.builder()
                                .add("/Flatten_output_0", new DynamicRange(2))
                                .build());
        assertEquals(2, ranges.get(pooled).orElseThrow().amax());
    }

    @Test
    void anotherModelIsRefused() throws Exception {
        NamedTensor input = FashionMnistSamples.calibration().batch(0, BATCH);
        Map<String, ReferenceTensor> hooks = references(ExampleModels.read("mobilenet"), input);
        OnnxModel model = ExampleModels.read("resnet");
        assertThrows(
                DifferentModelException.class,
                () ->
                        TensorMatcher.match(
                                model, List.of(input), hooks, List.of(hooks.get("hook:logits"))));
    }

    @Test
    void exactNamesNeedNoRun() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        ReferenceTensor any = new ReferenceTensor(new Shape(1), new float[1]);
        Matching matching = TensorMatcher.match(model, List.of(), Map.of("input", any), List.of());
        assertEquals(List.of("input"), matching.hooks().get("input"));
    }

    @Test
    void singleElementsAndConstantsArePairedWithNothing() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 8)
                        .floats("zero", new float[] {0}, 1)
                        .node("Mul", "x,zero", "zeros")
                        .node("ReduceMax", "x", "most")
                        .node("Relu", "x", "r")
                        .output("r")
                        .output("zeros")
                        .output("most")
                        .build(13);
        float[] values = {1, 2, -3, 4, -5, 6, -7, 8};
        float[] relu = {1, 2, 0, 4, 0, 6, 0, 8};
        NamedTensor x = NamedTensor.ofFloats("x", values, new Shape(1, 8));
        ReferenceTensor zeros = new ReferenceTensor(new Shape(1, 8), new float[8]);
        ReferenceTensor most = new ReferenceTensor(new Shape(1, 1), new float[] {8});
        ReferenceTensor r = new ReferenceTensor(new Shape(1, 8), relu);
        Matching matching =
                TensorMatcher.match(
                        model,
                        List.of(x),
                        Map.of("a", zeros, "b", most, "c", r),
                        List.of(r, zeros, most));
        assertEquals(Map.of("r", List.of("c")), matching.hooks());
        assertEquals(Set.of("a", "b"), matching.hooksWithoutTensor());
        assertFalse(matching.tensorsWithoutHook().contains("r"));
    }

    @Test
    void inputsOfAnotherNumberAreRefused() throws Exception {
        OnnxModel model = ExampleModels.read("resnet");
        ReferenceTensor any = new ReferenceTensor(new Shape(1), new float[1]);
        assertThrows(
                InvalidOnnxException.class,
                () -> TensorMatcher.match(model, List.of(), Map.of("a", any), List.of()));
    }
}
