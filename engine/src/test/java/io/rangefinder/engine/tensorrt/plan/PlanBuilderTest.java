package io.rangefinder.engine.tensorrt.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.gson.JsonElement;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.match.TensorMatcher;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.tensorrt.plan.network.BuildFlag;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import io.rangefinder.inspector.ranges.NetworkTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walks the builder against a stand-in that records; what is expected comes from the ONNX. */
class PlanBuilderTest {

    private static final PlanOptions IMPLICIT =
            PlanOptions.builder().optMode(PlanMode.IMPLICIT).build();

    private final RecordingTensorRt tensorRt = new RecordingTensorRt();

    @TempDir private Path folder;

    @Test
    void implicitModeSetsEveryTensorsOwnRange() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        build(model, ResNetVariants.ranges(model), IMPLICIT);

        Map<String, float[]> set = new LinkedHashMap<>(tensorRt.only().ranges);
        float expected = 0.25f;
        assertArrayEquals(new float[] {-expected, expected}, set.remove("input"));
        for (NodeProto node : model.proto().getGraph().getNodeList()) {
            expected += 0.25f;
            assertArrayEquals(
                    new float[] {-expected, expected},
                    set.remove(node.getOutput(0)),
                    node.getOutput(0));
        }
        // What is left the parser made of the linear layer: its weight, its bias and their product.
        float weight = greatest(model, "fc.weight");
        float bias = greatest(model, "fc.bias");
        assertArrayEquals(new float[] {-weight, weight}, set.remove("fc.weight_output"));
        assertArrayEquals(new float[] {-bias, bias}, set.remove("fc.bias_output"));
        assertArrayEquals(new float[] {-bias, bias}, set.remove("ONNXTRT_Broadcast_output"));
        float product = (float) ((double) expected + bias);
        assertArrayEquals(new float[] {-product, product}, set.remove("/fc/Gemm_output"));
        assertEquals(Map.of(), set);
    }

    @Test
    void implicitModeSetsWhatPyTorchsHooksSawOnTheExportedModel() throws Exception {
        OnnxModel model = ResNetVariants.exported();
        Map<String, JsonElement> hooks = ResNetVariants.hookRanges();
        DynamicRanges.Builder captured = DynamicRanges.builder();
        hooks.forEach(
                (name, pair) -> captured.add(name, new DynamicRange(ResNetVariants.amax(pair))));
        DynamicRanges byTensor =
                TensorMatcher.byName(model, hooks.keySet()).toTensors(captured.build());

        build(model, byTensor, IMPLICIT);

        Set<String> compared = new TreeSet<>();
        tensorRt.only()
                .ranges
                .forEach(
                        (tensor, range) -> {
                            if (hooks.containsKey(tensor)) {
                                float amax = (float) ResNetVariants.amax(hooks.get(tensor));
                                assertArrayEquals(new float[] {-amax, amax}, range, tensor);
                                compared.add(tensor);
                            }
                        });
        // Each batch norm, activation and addition of the ResNet that is a module.
        assertTrue(compared.size() > 20, () -> compared.toString());
    }

    @Test
    void flagsAllowInt8AndFloat16AndKeepLayerDetails() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        build(model, ResNetVariants.ranges(model), IMPLICIT);

        assertEquals(Set.of(BuildFlag.INT8, BuildFlag.FP16), tensorRt.only().flags);
        assertTrue(tensorRt.only().detailed);
        assertTrue(tensorRt.only().closed);
        assertEquals(List.of(), tensorRt.only().floatLayers);
    }

    @Test
    void explicitModeSetsNoRange() throws Exception {
        OnnxModel model = ResNetVariants.quantized(ResNetVariants.byPyTorch());
        build(model, DynamicRanges.builder().build(), PlanOptions.builder().optFp16(false).build());

        assertEquals(Map.of(), tensorRt.only().ranges);
        assertEquals(Set.of(BuildFlag.INT8), tensorRt.only().flags);
        assertEquals(
                model.proto().getGraph().getNodeList().stream()
                        .filter(n -> n.getOpType().equals("QuantizeLinear"))
                        .count(),
                tensorRt.only().network.layers().stream()
                        .filter(l -> l.type().equals("QUANTIZE"))
                        .count());
    }

    @Test
    void everyInputIsFixedSoThatNoProfileIsNeeded() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        build(
                model,
                ResNetVariants.ranges(model),
                PlanOptions.builder().optMode(PlanMode.IMPLICIT).optBatch(8).build());

        NetworkTensor input = tensorRt.only().network.tensors().get("input");
        assertEquals(List.of(8L, 1L, 28L, 28L), input.shape());
    }

    @Test
    void wholeShapeOfAnInputIsTaken() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        build(
                model,
                ResNetVariants.ranges(model),
                PlanOptions.builder()
                        .optMode(PlanMode.IMPLICIT)
                        .optInputShape("input", new Shape(3, 1, 28, 28))
                        .build());

        assertEquals(
                List.of(3L, 1L, 28L, 28L), tensorRt.only().network.tensors().get("input").shape());
    }

    @Test
    void shapeThatContradictsTheModelIsRefusedByAxis() throws Exception {
        PlanBuildException e =
                fails(
                        ResNetVariants.byPyTorch(),
                        PlanOptions.builder()
                                .optInputShape("input", new Shape(1, 3, 28, 28))
                                .build());
        assertTrue(
                e.getMessage().contains("axis 1 of input 'input' is fixed to 1"), e.getMessage());
        PlanBuildException unknown =
                fails(
                        ResNetVariants.byPyTorch(),
                        PlanOptions.builder().optInputShape("x", new Shape(1)).build());
        assertTrue(unknown.getMessage().contains("no input [x]"), unknown.getMessage());
    }

    @Test
    void optionsReachTensorRt() throws Exception {
        tensorRt.dlaCores = 2;
        OnnxModel model = ResNetVariants.byPyTorch();
        build(
                model,
                ResNetVariants.ranges(model),
                PlanOptions.builder()
                        .optMode(PlanMode.IMPLICIT)
                        .optWorkspace(1L << 33)
                        .optOptimizationLevel(5)
                        .optTacticSources(Set.of(TacticSource.CUDNN, TacticSource.CUBLAS))
                        .optDlaCore(1)
                        .build());

        RecordingTensorRt.Recorded build = tensorRt.only();
        assertEquals(OptionalLong.of(1L << 33), build.workspace);
        assertEquals(OptionalLong.of(5), build.level);
        assertEquals(OptionalLong.of(1), build.dla);
        assertEquals(Optional.of(Set.of(TacticSource.CUDNN, TacticSource.CUBLAS)), build.sources);
        assertEquals(Set.of(BuildFlag.INT8, BuildFlag.FP16, BuildFlag.GPU_FALLBACK), build.flags);
    }

    @Test
    void defaultsAreTensorRtsOwn() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        build(model, ResNetVariants.ranges(model), IMPLICIT);

        RecordingTensorRt.Recorded build = tensorRt.only();
        assertEquals(OptionalLong.empty(), build.workspace);
        assertEquals(OptionalLong.empty(), build.level);
        assertEquals(OptionalLong.empty(), build.dla);
        assertEquals(Optional.empty(), build.sources);
        assertEquals(List.of(), build.timingCaches);
    }

    @Test
    void pinnedLayersComputeAndGiveFloat() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        Plan plan =
                build(
                        model,
                        ResNetVariants.ranges(model),
                        PlanOptions.builder()
                                .optMode(PlanMode.IMPLICIT)
                                .addFloatLayer("/conv1/Conv")
                                .addFloatLayer("logits")
                                .addFloatLayer("nonsense")
                                .build());

        RecordingTensorRt.Recorded build = tensorRt.only();
        // The linear layer by its output: its product by name, the nameless sum by its tensor.
        assertEquals("/conv1/Conv", build.floatLayers.get(0));
        assertEquals("/fc/Gemm", build.floatLayers.get(1));
        assertTrue(build.floatLayers.get(2).endsWith("[ElementWise]"));
        assertEquals(3, build.floatLayers.size());
        assertEquals(
                List.of("/conv1/Conv_output_0", "/fc/Gemm_output", "logits"), build.floatOutputs);
        assertTrue(build.flags.contains(BuildFlag.PREFER_PRECISION_CONSTRAINTS));
        assertEquals(List.of("nonsense"), plan.description().report().unknownLayers());
    }

    @Test
    void aReportThatCannotBeReadDoesNotCostThePlan() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        tensorRt.layersJson = "nothing";
        Plan plan = build(model, ResNetVariants.ranges(model), IMPLICIT);
        assertEquals(List.of(), plan.description().report().layers());
        assertEquals(plan.description(), Plan.read(plan.file()).description());
    }

    @Test
    void layersWithABoundForARangePreferFloat() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        DynamicRanges all = ResNetVariants.ranges(model);
        DynamicRanges.Builder some = DynamicRanges.builder();
        all.asMap()
                .forEach(
                        (name, range) -> {
                            if (!name.equals("/layer1/layer1.0/Add_output_0")) {
                                some.add(name, range);
                            }
                        });

        Plan plan = build(model, some.build(), IMPLICIT);

        // |a + b| <= |a| + |b|; the addition and the Relu that reads it touch that tensor.
        double bound =
                all.get("/layer1/layer1.0/conv2/Conv_output_0").orElseThrow().amax()
                        + all.get("/relu/Relu_output_0").orElseThrow().amax();
        assertEquals((float) bound, tensorRt.only().ranges.get("/layer1/layer1.0/Add_output_0")[1]);
        assertEquals(
                List.of("/layer1/layer1.0/Add", "/layer1/layer1.0/relu_1/Relu"),
                tensorRt.only().floatLayers);
        assertEquals(List.of(), tensorRt.only().floatOutputs);
        assertTrue(tensorRt.only().flags.contains(BuildFlag.PREFER_PRECISION_CONSTRAINTS));
        assertEquals(
                List.of("/layer1/layer1.0/Add_output_0"),
                plan.description().report().tensorsInFloat());
    }

    @Test
    void missingRangesAreListed() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        DynamicRanges.Builder some = DynamicRanges.builder();
        ResNetVariants.ranges(model)
                .asMap()
                .forEach(
                        (name, range) -> {
                            if (!name.equals("/conv1/Conv_output_0")) {
                                some.add(name, range);
                            }
                        });
        tensorRt.layersJson =
                """
                {"Layers": [{"Name": "/conv1/Conv + /relu/Relu", "LayerType": "CaskConvolution",
                  "ParameterType": "Convolution", "Weights": {"Type": "Half", "Count": 144}}]}
                """;

        Plan plan = build(model, some.build(), IMPLICIT);

        assertFalse(tensorRt.only().ranges.containsKey("/conv1/Conv_output_0"));
        assertEquals(List.of("/conv1/Conv_output_0"), plan.description().report().tensorsInFloat());
        assertEquals(
                Optional.of("tensor '/conv1/Conv_output_0' has no range"),
                plan.description().report().layers().get(0).leftInFloat());
    }

    @Test
    void timesOfTacticsAreTakenFromTheFileAndKeptThere() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        Path cache = folder.resolve("times");
        PlanOptions options =
                PlanOptions.builder().optMode(PlanMode.IMPLICIT).optTimingCache(cache).build();

        build(model, ResNetVariants.ranges(model), options);
        assertEquals(List.of(""), tensorRt.builds.get(0).timingCaches);
        assertEquals("+", Files.readString(cache));

        build(model, ResNetVariants.ranges(model), options);
        assertEquals(List.of("+"), tensorRt.builds.get(1).timingCaches);
        assertEquals("++", Files.readString(cache));

        tensorRt.acceptsTimingCache = false;
        build(model, ResNetVariants.ranges(model), options);
        assertEquals(List.of("++", ""), tensorRt.builds.get(2).timingCaches);
    }

    @Test
    void aPlanIsKeptThoughItsTimesCannotBe() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        Path cache = folder.resolve("no such folder").resolve("times");
        PlanOptions options =
                PlanOptions.builder().optMode(PlanMode.IMPLICIT).optTimingCache(cache).build();
        Path target = folder.resolve("kept.trt");
        PlanFileException refused =
                assertThrows(
                        PlanFileException.class,
                        () ->
                                new PlanBuilder(tensorRt)
                                        .build(
                                                model,
                                                ResNetVariants.ranges(model),
                                                options,
                                                target));
        assertTrue(refused.getMessage().startsWith(cache.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains("timingCache"), refused.getMessage());
        assertEquals(target, Plan.read(target).file());
    }

    @Test
    void planAndItsDescriptionReadBack() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        Plan plan = build(model, ResNetVariants.ranges(model), IMPLICIT);

        Plan read = Plan.read(plan.file());
        assertEquals(plan, read);
        assertEquals("8.6.1", read.description().tensorRt());
        assertEquals("Stand-in GPU", read.description().gpu().name());
        assertEquals(
                List.of("input", "logits"),
                read.description().bindings().stream().map(b -> b.name()).toList());
        // Two sessions: the plan once, 1 MiB and two bindings each.
        long bindings = read.description().bindingBytes();
        assertEquals(
                Files.size(plan.file()) + 2 * ((1 << 20) + bindings),
                read.description().leastDeviceBytes(2));
    }

    @Test
    void damagedPlanIsRefused() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        Plan plan = build(model, ResNetVariants.ranges(model), IMPLICIT);
        byte[] bytes = Files.readAllBytes(plan.file());
        bytes[100] ^= 1;
        Files.write(plan.file(), bytes);

        assertThrows(PlanFileException.class, () -> Plan.read(plan.file()));
        Files.writeString(Plan.descriptionOf(plan.file()), "{\"gpu\": 3}");
        assertThrows(PlanFileException.class, () -> Plan.read(plan.file()));
    }

    @Test
    void whatTensorRtRefusesIsToldWithItsReason() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        tensorRt.refusedTensor = "/relu/Relu_output_0";
        assertTrue(fails(model, IMPLICIT).getMessage().contains("'/relu/Relu_output_0'"));
        tensorRt.refusedTensor = "";

        tensorRt.buildFailure = Optional.of("could not find any implementation for node fc");
        assertTrue(fails(model, IMPLICIT).getMessage().contains("for node fc"));
        tensorRt.buildFailure = Optional.empty();

        tensorRt.parserProblems = List.of("node 3: no importer for Foo");
        assertTrue(fails(model, IMPLICIT).getMessage().contains("no importer for Foo"));
        tensorRt.parserProblems = List.of();

        tensorRt.fastInt8 = false;
        assertTrue(fails(model, IMPLICIT).getMessage().contains("does not compute in INT8"));
        tensorRt.fastInt8 = true;

        assertTrue(
                fails(model, PlanOptions.builder().optMode(PlanMode.IMPLICIT).optDlaCore(0).build())
                        .getMessage()
                        .contains("0 deep learning accelerators"));
        tensorRt.builds.forEach(b -> assertTrue(b.closed));
    }

    @Test
    void modeMustFitTheModel() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        assertTrue(
                fails(model, PlanOptions.builder().build()).getMessage().contains("has no Q/DQ"));
        assertTrue(
                fails(ResNetVariants.quantized(model), IMPLICIT).getMessage().contains("has Q/DQ"));
        DynamicRanges others =
                DynamicRanges.builder().add("elsewhere", new DynamicRange(1)).build();
        PlanBuildException e =
                assertThrows(PlanBuildException.class, () -> build(model, others, IMPLICIT));
        assertTrue(e.getMessage().contains("none of the 1 ranges"), e.getMessage());
    }

    private PlanBuildException fails(OnnxModel model, PlanOptions options) {
        return assertThrows(
                PlanBuildException.class,
                () -> build(model, ResNetVariants.ranges(model), options));
    }

    private Plan build(OnnxModel model, DynamicRanges ranges, PlanOptions options)
            throws IOException, MalformedModelException {
        return new PlanBuilder(tensorRt).build(model, ranges, options, folder.resolve("a.trt"));
    }

    private static float greatest(OnnxModel model, String weight) {
        return model.proto().getGraph().getInitializerList().stream()
                .filter(t -> t.getName().equals(weight))
                .map(
                        t -> {
                            float most = 0;
                            for (float v : Tensors.floats(t)) {
                                most = Math.max(most, Math.abs(v));
                            }
                            return most;
                        })
                .findFirst()
                .orElseThrow();
    }
}
