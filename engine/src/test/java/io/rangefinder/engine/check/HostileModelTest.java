package io.rangefinder.engine.check;

import static io.rangefinder.engine.fixtures.SmallModel.body;
import static io.rangefinder.engine.fixtures.SmallModel.nodeOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.fixtures.PlantedBreaks;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models that no exporter writes: findings or InvalidOnnxException, and nothing else. */
class HostileModelTest {

    private static List<Finding> check(SmallModel model) throws InvalidOnnxException {
        return ModelChecker.check(model.build(13), TensorRtVersion.V8_6);
    }

    private static Finding only(List<Finding> findings, String rule) {
        List<Finding> ofRule = findings.stream().filter(f -> f.rule().equals(rule)).toList();
        assertEquals(1, ofRule.size(), findings.toString());
        return ofRule.get(0);
    }

    @Test
    void cycleIsNamed() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 4)
                        .node("Add", "x,b", "a")
                        .node("Relu", "a", "b")
                        .output("b");
        assertEquals("a/Add", only(check(model), "graph").layer());
    }

    @Test
    void walksEndInCyclesOfIdentitiesAndOfPairs() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 4)
                        .node("Identity", "b", "a")
                        .node("Identity", "a", "b")
                        .node("QuantizeLinear", "d,s,z", "q")
                        .node("DequantizeLinear", "q,s,z", "d")
                        .node("Identity", "s", "s")
                        .node("MatMul", "d,b", "y")
                        .output("y")
                        .output("b")
                        .output("d");
        assertTrue(check(model).stream().anyMatch(f -> f.rule().equals("graph")));
    }

    @Test
    void tensorThatNothingMakesIsNamed() throws Exception {
        SmallModel model =
                new SmallModel().input("x", 1, 4).node("MatMul", "x,weight", "y").output("y");
        Finding finding = only(check(model), "graph");
        assertEquals("y/MatMul", finding.layer());
        assertEquals("weight", finding.tensor());
    }

    @Test
    void tensorMadeTwiceIsNamed() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 4)
                        .node("Relu", "x", "y")
                        .node("Sigmoid", "x", "y")
                        .output("y");
        assertEquals("y/Sigmoid", only(check(model), "graph").layer());
    }

    @Test
    void bodiesAreCheckedAndSeeWhatIsAroundThem() throws Exception {
        GraphProto branch =
                GraphProto.newBuilder()
                        .addNode(nodeOf("QuantizeLinear", "x,scale,zero", "q"))
                        .addNode(nodeOf("DequantizeLinear", "q,scale,zero", "d"))
                        .addNode(nodeOf("Bernoulli", "d", "random"))
                        .addOutput(ValueInfoProto.newBuilder().setName("random"))
                        .build();
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 4)
                        .input("choice", DataType.BOOL)
                        .floats("scale", new float[] {-1})
                        .constant(zero())
                        .node(
                                "If",
                                "choice",
                                "y",
                                body("then_branch", branch),
                                body("else_branch", GraphProto.getDefaultInstance()))
                        .output("y");
        List<Finding> findings = check(model);
        assertEquals("random/Bernoulli", only(findings, "operator").layer());
        assertEquals("random/Bernoulli", only(findings, "scale").layer());
        assertTrue(findings.stream().noneMatch(f -> f.rule().equals("graph")), findings.toString());
    }

    private static TensorProto zero() {
        return TensorProto.newBuilder()
                .setName("zero")
                .setDataType(DataType.INT8_VALUE)
                .addInt32Data(0)
                .build();
    }

    @Test
    void manyBodiesInOneAnotherAreWalked() throws Exception {
        GraphProto inner =
                GraphProto.newBuilder()
                        .addNode(nodeOf("Bernoulli", "x", "deep"))
                        .addOutput(ValueInfoProto.newBuilder().setName("deep"))
                        .build();
        for (int i = 0; i < 20; i++) {
            inner =
                    GraphProto.newBuilder()
                            .addNode(nodeOf("If", "c", "o" + i, body("then_branch", inner)))
                            .addOutput(ValueInfoProto.newBuilder().setName("o" + i))
                            .build();
        }
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 4)
                        .input("c", DataType.BOOL)
                        .node("If", "c", "y", body("then_branch", inner))
                        .output("y");
        assertEquals("deep/Bernoulli", only(check(model), "operator").layer());
    }

    @Test
    void hugeShapesAreRefused() throws Exception {
        SmallModel input =
                new SmallModel()
                        .input("x", Long.MAX_VALUE, Long.MAX_VALUE)
                        .node("Relu", "x", "y")
                        .output("y");
        InvalidOnnxException tooLarge =
                assertThrows(InvalidOnnxException.class, () -> check(input));
        assertTrue(tooLarge.getMessage().contains("declares 'x' with more than"));
        TensorProto huge =
                zero().toBuilder().addDims(Long.MAX_VALUE).addDims(Long.MAX_VALUE).build();
        SmallModel constant =
                new SmallModel()
                        .input("x", 1, 4)
                        .constant(huge)
                        .node("QuantizeLinear", "x,zero,zero", "y")
                        .output("y");
        assertThrows(InvalidOnnxException.class, () -> check(constant));
    }

    @Test
    void missingExternalDataIsRefused() throws Exception {
        ModelProto.Builder model = PlantedBreaks.good().proto().toBuilder();
        model.getGraphBuilder().getInitializerBuilder(0).setDataLocation(DataLocation.EXTERNAL);
        assertThrows(InvalidOnnxException.class, () -> OnnxModel.of(model.build(), "external"));
    }

    @Test
    void findingsEndAtAThousand() throws Exception {
        SmallModel model = new SmallModel().input("x", 1, 4).output("y0");
        for (int i = 0; i < 30_000; i++) {
            model.node("Bernoulli", "x", "y" + i);
        }
        OnnxModel built = model.build(13);
        List<Finding> findings = ModelChecker.check(built, TensorRtVersion.V8_6);
        assertEquals(Findings.MOST + 1, findings.size());
    }

    /** Fields are taken away, exchanged and cut short at random, always the same ones. */
    @ParameterizedTest
    @EnumSource
    void damagedModelsNeverThrowAnythingElse(TensorRtVersion version) throws Exception {
        ModelProto good = PlantedBreaks.good().proto();
        int checked = 0;
        for (int seed = 0; seed < 150; seed++) {
            ModelProto damaged = damage(good, new Random(seed));
            try {
                ModelChecker.check(OnnxModel.of(damaged, "seed " + seed), version);
                checked++;
            } catch (InvalidOnnxException e) {
                assertTrue(e.getMessage().startsWith("seed"), e.getMessage());
            }
        }
        assertTrue(checked > 30, checked + " of 150 could be checked");
    }

    private static ModelProto damage(ModelProto good, Random random) {
        ModelProto.Builder model = good.toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        for (int i = 0; i < 2; i++) {
            NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
            switch (random.nextInt(9)) {
                case 0 -> node.clearInput();
                case 1 -> node.clearOutput();
                case 2 -> node.clearAttribute();
                case 3 -> node.setOpType(anyOperator(good, random));
                case 4 -> graph.removeInitializer(random.nextInt(graph.getInitializerCount()));
                case 5 -> node.addAttribute(SmallModel.integer("axis", random.nextLong()));
                case 6 -> node.addInput(graph.getNode(random.nextInt(100)).getName());
                case 7 ->
                        node.addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("bodies")
                                        .addGraphs(good.getGraph()));
                default -> {
                    if (node.getInputCount() > 0) {
                        node.setInput(random.nextInt(node.getInputCount()), anyName(good, random));
                    }
                }
            }
        }
        return model.build();
    }

    private static String anyOperator(ModelProto model, Random random) {
        return random.nextInt(4) == 0
                ? ""
                : model.getGraph()
                        .getNode(random.nextInt(model.getGraph().getNodeCount()))
                        .getOpType();
    }

    private static String anyName(ModelProto model, Random random) {
        GraphProto graph = model.getGraph();
        return random.nextBoolean()
                ? graph.getInitializer(random.nextInt(graph.getInitializerCount())).getName()
                : graph.getNode(random.nextInt(graph.getNodeCount())).getName();
    }
}
