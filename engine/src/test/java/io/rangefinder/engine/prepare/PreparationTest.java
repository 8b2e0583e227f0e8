package io.rangefinder.engine.prepare;

import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static io.rangefinder.engine.fixtures.SmallModel.nodeOf;
import static io.rangefinder.engine.fixtures.SmallModel.number;
import static io.rangefinder.engine.fixtures.SmallModel.string;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.fixtures.Computed;
import io.rangefinder.engine.fixtures.DeclaredTypes;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreparationTest {

    private static OnnxModel file(String name) throws Exception {
        return OnnxModel.read(Path.of("src/test/resources/onnx", name + ".onnx"));
    }

    /** The operators of a model, each with its number. */
    private static String operators(OnnxModel model) {
        TreeMap<String, Long> counts =
                model.proto().getGraph().getNodeList().stream()
                        .collect(
                                Collectors.groupingBy(
                                        NodeProto::getOpType, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    private static OnnxModel prepared(OnnxModel model, double tolerance) throws Exception {
        OnnxModel prepared = Preparation.prepare(model);
        Computed.assertSame(model, prepared, tolerance);
        DeclaredTypes.assertHold(prepared);
        assertEquals(model.inputs(), prepared.inputs());
        assertEquals(model.outputs(), prepared.outputs());
        return prepared;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "cast-weights; Conv 1, Flatten 1, GlobalAveragePool 1, MatMul 1, Relu 1",
                "local-functions; Conv 3, Relu 2",
                "unfolded-batchnorm; Conv 3, Relu 2",
                "initializers-as-inputs; Conv 1, Flatten 1, Gemm 1, GlobalAveragePool 1, Relu 1",
                "unnamed-nodes; Conv 2, Mul 2, Slice 4"
            })
    void modelsFromElsewhereBecomePlain(String name, String operators) throws Exception {
        assertEquals(operators, operators(prepared(file(name), 1e-5)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cast-weights",
                "local-functions",
                "unfolded-batchnorm",
                "initializers-as-inputs",
                "unnamed-nodes"
            })
    void whatIsPreparedStaysAsItIs(String name) throws Exception {
        OnnxModel once = Preparation.prepare(file(name));
        assertEquals(once.proto(), Preparation.prepare(once).proto());
    }

    @Test
    void squeezeWithoutAxesGetsThoseThatAreAlwaysOne() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 3)
                        .weight("w", 3, 1)
                        .node("MatMul", "x,w", "a")
                        .node("Squeeze", "a", "b")
                        .node("Unsqueeze", "b,ends", "c")
                        .constant(Tensors.longs("ends", List.of(0L, 2L, 3L)))
                        .node("Squeeze", "c", "d")
                        .node("Squeeze", "e", "y")
                        .node("Sigmoid", "d", "e")
                        .output("y")
                        .build(13);
        OnnxModel prepared = prepared(model, 1e-6);
        assertEquals(List.of(1L), squeezed(prepared, "b"));
        assertEquals(List.of(0L, 2L, 3L), squeezed(prepared, "d"));
        assertEquals("Squeeze 3", operators(prepared).replaceAll(".*(Squeeze \\d).*", "$1"));
    }

    @Test
    void emptyNamesBehindTheLastInputAreDropped() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", -1, 3, 5)
                        .weight("w", 4, 3, 3)
                        .constant(Tensors.floats("least", new float[] {-1}))
                        .node("Conv", "x,w", "a")
                        .node("Clip", "a,least", "y")
                        .output("y")
                        .build(13);
        ModelProto.Builder withNames = model.proto().toBuilder();
        withNames.getGraphBuilder().getNodeBuilderList().forEach(n -> n.addInput(""));
        OnnxModel prepared = prepared(OnnxModel.of(withNames.build(), "named"), 1e-6);
        prepared.graph().nodes().forEach(n -> assertFalse(n.getInputList().contains("")));
    }

    @Test
    void shapesBehindASqueezeThatKeepsAnOpenAxisAreSaidAnew() throws Exception {
        ModelProto.Builder fromBatchOfOne =
                new SmallModel()
                                .input("x", -1, 3)
                                .weight("w", 3, 1)
                                .node("MatMul", "x,w", "a")
                                .node("Squeeze", "a", "b")
                                .node("Sigmoid", "b", "c")
                                .node("Neg", "c", "y")
                                .output("y")
                                .proto(13)
                                .toBuilder();
        TypeProto scalar =
                TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder()
                                        .setElemType(DataType.FLOAT_VALUE)
                                        .setShape(TensorShapeProto.getDefaultInstance()))
                        .build();
        fromBatchOfOne.getGraphBuilder().addValueInfoBuilder().setName("b").setType(scalar);
        fromBatchOfOne.getGraphBuilder().addValueInfoBuilder().setName("c").setType(scalar);
        fromBatchOfOne.getGraphBuilder().getOutputBuilder(0).setType(scalar);
        OnnxModel model = OnnxModel.of(fromBatchOfOne.build(), "squeezed");
        OnnxModel prepared = Preparation.prepare(model);
        DeclaredTypes.assertHold(prepared);
        Computed.assertSame(model, prepared, 1e-6);
        assertEquals(
                1, prepared.outputs().get(0).getType().getTensorType().getShape().getDimCount());
    }

    private static List<Long> squeezed(OnnxModel model, String output) throws Exception {
        OnnxGraph graph = model.graph();
        return graph.integers(graph.producer(output).orElseThrow().getInput(1)).orElseThrow();
    }

    @Test
    void squeezeOfWhatHasNoAxisOfOneKeepsIt() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 2, 3)
                        .node("Exp", "x", "a")
                        .node("Squeeze", "a", "b")
                        .node("Neg", "b", "y")
                        .output("y")
                        .build(13);
        assertEquals("Exp 1, Identity 1, Neg 1", operators(prepared(model, 1e-6)));
    }

    @Test
    void eachNodeHasANameOfItsOwn() throws Exception {
        OnnxModel prepared = Preparation.prepare(file("unnamed-nodes"));
        Set<String> names = new HashSet<>();
        for (NodeProto node : prepared.proto().getGraph().getNodeList()) {
            assertFalse(node.getName().isEmpty());
            assertTrue(names.add(node.getName()), node.getName());
        }
    }

    /** A product whose weight stands behind each kind of operator. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transpose", "Reshape", "Unsqueeze", "Mul", "Identity", "Expand", "Gather", "Add",
                "Slice", "Concat", "ConstantOfShape", "Squeeze", "Shape", "MatMul", "Tile", "Where"
            })
    void weightsBehindOperatorsAreConstants(String operator) throws Exception {
        SmallModel model = new SmallModel().input("x", -1, 6).weight("k", 6, 6);
        switch (operator) {
            case "Transpose" -> model.node("Transpose", "k", "w", ints("perm", 1, 0));
            case "Reshape" ->
                    model.weight("flat", 36)
                            .constant(Tensors.longs("shape", List.of(6L, -1L)))
                            .node("Reshape", "flat,shape", "w");
            case "Unsqueeze" ->
                    model.weight("row", 6)
                            .constant(Tensors.longs("one", List.of(1L)))
                            .node("Unsqueeze", "row,one", "column")
                            .node("Mul", "column,k", "w");
            case "Mul" -> model.weight("scale", 6).node("Mul", "k,scale", "w");
            case "Add" -> model.weight("scale", 1, 6).node("Add", "k,scale", "w");
            case "Identity" -> model.node("Identity", "k", "i").node("Identity", "i", "w");
            case "Expand" ->
                    model.weight("row", 1, 6)
                            .constant(Tensors.longs("shape", List.of(6L, 6L)))
                            .node("Expand", "row,shape", "w");
            case "Gather" ->
                    model.constant(Tensors.longs("order", List.of(5L, 4L, 3L, 2L, 1L, 0L)))
                            .node("Gather", "k,order", "w");
            case "Slice" ->
                    model.weight("large", 8, 6)
                            .constant(Tensors.longs("from", List.of(1L)))
                            .constant(Tensors.longs("to", List.of(7L)))
                            .constant(Tensors.longs("axes", List.of(0L)))
                            .node("Slice", "large,from,to,axes", "w");
            case "Concat" ->
                    model.weight("a", 2, 6)
                            .weight("b", 4, 6)
                            .node("Concat", "a,b", "w", integer("axis", 0));
            case "ConstantOfShape" ->
                    model.constant(Tensors.longs("shape", List.of(6L, 6L)))
                            .node("ConstantOfShape", "shape", "zeros")
                            .node("Add", "zeros,k", "w");
            case "Squeeze" ->
                    model.weight("deep", 1, 6, 6)
                            .constant(Tensors.longs("axes", List.of(0L)))
                            .node("Squeeze", "deep,axes", "w");
            case "Shape" ->
                    model.weight("flat", 36)
                            .node("Shape", "k", "shape")
                            .node("Reshape", "flat,shape", "w");
            case "MatMul" ->
                    model.weight("up", 6, 2)
                            .weight("down", 2, 6)
                            .node("MatMul", "up,down", "d")
                            .node("Add", "k,d", "w");
            case "Tile" ->
                    model.weight("row", 1, 6)
                            .constant(Tensors.longs("times", List.of(6L, 1L)))
                            .node("Tile", "row,times", "w");
            default ->
                    model.weight("zero", 6, 6)
                            .node("Less", "k,zero", "less")
                            .node("Where", "less,k,zero", "w");
        }
        OnnxModel prepared = prepared(model.node("MatMul", "x,w", "y").output("y").build(13), 1e-6);
        assertEquals("MatMul 1", operators(prepared));
        assertEquals("w", prepared.proto().getGraph().getNode(0).getInput(1));
    }

    @Test
    void whatWouldBlowUpIsNotComputed() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 6)
                        .constant(Tensors.longs("shape", List.of(1L << 13, 1L << 13)))
                        .node("ConstantOfShape", "shape", "w")
                        .node("ReduceMax", "w", "m")
                        .node("Add", "x,m", "y")
                        .output("y");
        assertEquals(
                "Add 1, ConstantOfShape 1, ReduceMax 1",
                operators(Preparation.prepare(model.build(13))));
    }

    @Test
    void integersAreNotDividedByZero() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 6)
                        .constant(Tensors.longs("one", List.of(1L)))
                        .constant(Tensors.longs("zero", List.of(0L)))
                        .node("Div", "one,zero", "d")
                        .node("Reshape", "x,d", "y")
                        .output("y");
        InvalidOnnxException refused =
                assertThrows(
                        InvalidOnnxException.class, () -> Preparation.prepare(model.build(13)));
        assertTrue(refused.getMessage().contains("node 'd/Div' (Div) divides integers by 0"));
    }

    /** Data of (2, 3, 4) or (2, 3, 4, 5); each equation with the weight's axes by letter. */
    @ParameterizedTest
    @CsvSource({
        "'bij,jk->bik', 3, MatMul 1",
        "'bij,kj->bik', 3, MatMul 1",
        "'bij,jk', 3, MatMul 1",
        "'bij,ik->bjk', 3, 'MatMul 1, Transpose 1'",
        "'bij,ik->bkj', 3, 'MatMul 1, Transpose 2'",
        "'bij,jhd->bihd', 3, 'MatMul 1, Reshape 1'",
        "'bij,jhd->bhid', 3, 'MatMul 1, Reshape 1, Transpose 1'",
        "'bihd,hdk->bik', 4, 'MatMul 1, Reshape 1'",
        "'bihd,khd->bik', 4, 'MatMul 1, Reshape 1'",
        "'bchw,oc->bohw', 4, 'MatMul 1, Transpose 2'",
        "'...j,jk->...k', 3, MatMul 1",
        "'bij , jk -> bik', 3, MatMul 1"
    })
    void einsumsThatAreLinearLayersBecomeProducts(String equation, int axes, String operators)
            throws Exception {
        String[] read = equation.replace(" ", "").split("->")[0].split(",");
        long[] shape = Arrays.copyOf(new long[] {2, 3, 4, 5}, axes);
        String data = read[0].replace("...", "bi");
        long[] weight =
                read[1].chars()
                        .mapToLong(c -> data.indexOf(c) >= 0 ? shape[data.indexOf(c)] : c - 'a' + 1)
                        .toArray();
        for (boolean weightFirst : new boolean[] {false, true}) {
            String turned =
                    equation.contains("->") && weightFirst
                            ? read[1] + "," + read[0] + "->" + equation.split("->")[1].strip()
                            : equation;
            SmallModel model =
                    new SmallModel()
                            .input("x", shape)
                            .weight("w", weight)
                            .node(
                                    "Einsum",
                                    turned.equals(equation) ? "x,w" : "w,x",
                                    "y",
                                    string("equation", turned))
                            .output("y");
            OnnxModel prepared = prepared(model.build(13), 1e-5);
            assertEquals(operators, operators(prepared), turned);
            assertTrue(
                    prepared.proto().getGraph().getNodeList().stream()
                            .anyMatch(
                                    n ->
                                            n.getOpType().equals("MatMul")
                                                    && n.getName().equals("y/Einsum")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bij,bjk->bik", "bij,j->bi", "bij,jk->bk", "bii,ik->bk", "bij,kl->bijkl"})
    void otherEinsumsStay(String equation) throws Exception {
        String[] read = equation.split("->")[0].split(",");
        SmallModel model =
                new SmallModel()
                        .input("x", LongStream.range(0, read[0].length()).map(i -> 3).toArray())
                        .weight("w", LongStream.range(0, read[1].length()).map(i -> 3).toArray())
                        .node("Einsum", "x,w", "y", string("equation", equation))
                        .output("y");
        assertEquals("Einsum 1", operators(Preparation.prepare(model.build(13))));
    }

    private static SmallModel norm(SmallModel model, int channels, String input) {
        float[] variance = new float[channels];
        for (int i = 0; i < channels; i++) {
            variance[i] = 0.3f + i;
        }
        return model.weight("gamma", channels)
                .weight("beta", channels)
                .weight("mean", channels)
                .floats("variance", variance, channels)
                .node(
                        "BatchNormalization",
                        input + ",gamma,beta,mean,variance",
                        "y",
                        number("epsilon", 0.01f))
                .output("y");
    }

    @ParameterizedTest
    @CsvSource({
        "Conv, Conv 1",
        "Conv with bias, Conv 1",
        "Conv and Add, Conv 1",
        "depthwise, Conv 1",
        "1-D, Conv 1",
        "ConvTranspose, ConvTranspose 1",
        "ConvTranspose in groups, ConvTranspose 1",
        "Gemm, Gemm 1",
        "Gemm of rows, Gemm 1",
        "MatMul, 'Add 1, MatMul 1'",
        "MatMul and Add, 'Add 1, MatMul 1'"
    })
    void batchNormsAreFoldedIntoEachLayer(String layer, String operators) throws Exception {
        SmallModel model = new SmallModel();
        int channels = 6;
        switch (layer) {
            case "Conv" ->
                    model.input("x", -1, 4, 5, 5).weight("w", 6, 4, 3, 3).node("Conv", "x,w", "a");
            case "Conv with bias" ->
                    model.input("x", -1, 4, 5, 5)
                            .weight("w", 6, 4, 3, 3)
                            .weight("b", 6)
                            .node("Conv", "x,w,b", "a");
            case "Conv and Add" ->
                    model.input("x", -1, 4, 5, 5)
                            .weight("w", 6, 4, 3, 3)
                            .weight("b", 1, 6, 1, 1)
                            .node("Conv", "x,w", "c")
                            .node("Add", "b,c", "a");
            case "depthwise" ->
                    model.input("x", -1, 6, 5, 5)
                            .weight("w", 6, 1, 3, 3)
                            .node("Conv", "x,w", "a", integer("group", 6));
            case "1-D" -> model.input("x", -1, 4, 5).weight("w", 6, 4, 3).node("Conv", "x,w", "a");
            case "ConvTranspose" ->
                    model.input("x", -1, 4, 5, 5)
                            .weight("w", 4, 6, 3, 3)
                            .node("ConvTranspose", "x,w", "a");
            case "ConvTranspose in groups" ->
                    model.input("x", -1, 4, 5, 5)
                            .weight("w", 4, 3, 3, 3)
                            .node("ConvTranspose", "x,w", "a", integer("group", 2));
            case "Gemm" ->
                    model.input("x", -1, 4)
                            .weight("w", 4, 6)
                            .weight("b", 6)
                            .node("Gemm", "x,w,b", "a");
            case "Gemm of rows" ->
                    model.input("x", -1, 4)
                            .weight("w", 6, 4)
                            .node("Gemm", "x,w", "a", integer("transB", 1), number("alpha", 0.5f));
            case "MatMul" -> model.input("x", -1, 4).weight("w", 4, 6).node("MatMul", "x,w", "a");
            default ->
                    model.input("x", -1, 4)
                            .weight("w", 4, 6)
                            .weight("b", 6)
                            .node("MatMul", "x,w", "m")
                            .node("Add", "m,b", "a");
        }
        OnnxModel prepared = prepared(norm(model, channels, "a").build(13), 1e-5);
        assertEquals(operators, operators(prepared));
    }

    /** What converters make of a norm: products and sums with constants, by an Identity or two. */
    @ParameterizedTest
    @CsvSource({
        "'Mul s, Add b', Conv 1",
        "'Identity, Sub b, Identity, Div s', Conv 1",
        "'Mul two, Identity', 'Conv 1, Identity 1'",
        "'from b', Conv 1",
        "'Add b', Conv 1",
        "'Mul s, Relu, Add b', 'Add 1, Conv 1, Relu 1'",
        "'Mul wide, Add b', 'Add 1, Conv 1, Mul 1'",
        "'Div none', 'Conv 1, Div 1'"
    })
    void scalesAreFoldedIntoTheirLayer(String steps, String operators) throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", -1, 4, 5, 5)
                        .weight("w", 6, 4, 3, 3)
                        .weight("b", 1, 6, 1, 1)
                        .floats("s", new float[] {1, 2, 3, -4, 5, 6}, 6, 1, 1)
                        .floats("two", new float[] {2})
                        .floats("none", new float[] {0})
                        .weight("wide", 1, 6, 1, 3)
                        .node("Conv", "x,w", "t");
        String tensor = "t";
        int i = 0;
        for (String step : steps.split(", ")) {
            String[] words = step.split(" ");
            String next = "t" + i++;
            if (words[0].equals("from")) {
                model.node("Sub", words[1] + "," + tensor, next);
            } else {
                String read = words.length > 1 ? tensor + "," + words[1] : tensor;
                model.node(words[0], read, next);
            }
            tensor = next;
        }
        OnnxModel built = model.output(tensor).build(13);
        OnnxModel prepared =
                steps.equals("Div none") ? Preparation.prepare(built) : prepared(built, 1e-5);
        assertEquals(operators, operators(prepared));
    }

    @ParameterizedTest
    @CsvSource({
        "Gemm, 0.5, Gemm 1",
        "MatMul, 1, MatMul 1",
        "MatMul of sequences, 1, MatMul 1",
        "MatMul and Add, 1, 'Add 1, MatMul 1'",
        "ConvTranspose, 1, ConvTranspose 1"
    })
    void scalesAreFoldedIntoEachLayer(String layer, float beta, String operators) throws Exception {
        SmallModel model = new SmallModel().weight("w", 4, 6).weight("b", 6).weight("s", 1, 6);
        switch (layer) {
            case "Gemm" -> model.input("x", -1, 4).node("Gemm", "x,w,b", "t", number("beta", beta));
            case "MatMul" -> model.input("x", -1, 4).node("MatMul", "x,w", "t");
            case "MatMul of sequences" -> model.input("x", -1, 3, 4).node("MatMul", "x,w", "t");
            case "MatMul and Add" ->
                    model.input("x", -1, 3, 4).node("MatMul", "x,w", "m").node("Add", "b,m", "t");
            default ->
                    model.input("x", -1, 4, 5)
                            .weight("k", 4, 3, 2)
                            .weight("c", 6, 1)
                            .node("ConvTranspose", "x,k,b", "t", integer("group", 2));
        }
        model.node("Mul", layer.equals("ConvTranspose") ? "c,t" : "t,s", "y").output("y");
        assertEquals(operators, operators(prepared(model.build(13), 1e-5)));
    }

    @Test
    void bytesAreConvertedBeforeTheyAreMoved() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", DataType.UINT8, -1, 6, 6, 4)
                        .constant(Tensors.longs("from", List.of(-1L)))
                        .constant(Tensors.longs("to", List.of(-9L)))
                        .constant(Tensors.longs("axis", List.of(1L)))
                        .constant(Tensors.longs("back", List.of(-1L)))
                        .node("Transpose", "x", "a", ints("perm", 0, 3, 1, 2))
                        .node("Slice", "a,from,to,axis,back", "b")
                        .node("Concat", "a,b", "c", integer("axis", 1))
                        .node("Cast", "c", "d", integer("to", DataType.FLOAT_VALUE))
                        .node("Relu", "d", "y")
                        .output("y");
        OnnxModel prepared = prepared(model.build(13), 0);
        NodeProto first = prepared.proto().getGraph().getNode(0);
        assertEquals("Cast", first.getOpType());
        assertEquals("x", first.getInput(0));
        assertEquals(
                "Cast 1, Concat 1, Identity 1, Relu 1, Slice 1, Transpose 1", operators(prepared));
    }

    @Test
    void bytesThatAreOutputsStayBytes() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", DataType.UINT8, 2, 3)
                        .node("Transpose", "x", "a", ints("perm", 1, 0))
                        .node("Cast", "a", "y", integer("to", DataType.FLOAT_VALUE))
                        .output("y");
        model.output("a");
        NodeProto first = Preparation.prepare(model.build(13)).proto().getGraph().getNode(0);
        assertEquals("Transpose", first.getOpType());
    }

    @Test
    void batchNormStaysWhereAnotherReadsTheLayer() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 1, 4, 5, 5)
                        .weight("w", 6, 4, 3, 3)
                        .node("Conv", "x,w", "a")
                        .node("Relu", "a", "z")
                        .output("z");
        assertEquals(
                "BatchNormalization 1, Conv 1, Relu 1",
                operators(prepared(norm(model, 6, "a").build(13), 1e-5)));
    }

    @ParameterizedTest
    @CsvSource({"Max, 0, Relu 1", "Max, -1, Clip 1", "Min, 0, Clip 1", "Min, 1.5, Clip 1"})
    void boundsAreWrittenAsClip(String operator, float bound, String operators) throws Exception {
        for (String inputs : List.of("x,c", "c,x")) {
            for (long[] shape : new long[][] {{}, {1}, {1, 1, 1}}) {
                SmallModel model =
                        new SmallModel()
                                .input("x", 2, 3, 4)
                                .floats("c", new float[] {bound}, shape)
                                .node(operator, inputs, "y")
                                .output("y");
                assertEquals(operators, operators(prepared(model.build(13), 0)));
            }
        }
    }

    /** Each bound is an operator and its number, one after the other. */
    @ParameterizedTest
    @CsvSource({
        "Max 0 Min 6, Clip 1",
        "Min 6 Max 0, Clip 1",
        "Max 0 Max -3, Relu 1",
        "Max 0 Max 2 Min 1, Clip 1",
        "Max 1 Min -1, Clip 1",
        "Max -Infinity, Identity 1",
        "Min Infinity Max 0.5, 'Clip 1, Identity 1'"
    })
    void boundsThatFollowOneAnotherBecomeOne(String bounds, String operators) throws Exception {
        SmallModel model = new SmallModel().input("x", 2, 3, 4);
        String[] words = bounds.split(" ");
        String tensor = "x";
        for (int i = 0; i < words.length; i += 2) {
            float bound = Float.parseFloat(words[i + 1]);
            model.floats("c" + i, new float[] {bound}, 1)
                    .node(words[i], tensor + ",c" + i, "y" + i);
            tensor = "y" + i;
        }
        assertEquals(operators, operators(prepared(model.output(tensor).build(13), 0)));
    }

    @Test
    void severalNumbersAreOneBound() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 2, 3, 4)
                        .floats("a", new float[] {-2}, 1)
                        .floats("b", new float[] {-1}, 1, 1, 1)
                        .node("Max", "a,x,b", "y")
                        .output("y");
        assertEquals("Clip 1", operators(prepared(model.build(13), 0)));
    }

    @Test
    void boundsStayApartWhereWhatIsBetweenIsRead() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 2, 3)
                        .floats("six", new float[] {6})
                        .node("Relu", "x", "y")
                        .node("Min", "y,six", "z")
                        .output("y")
                        .output("z");
        assertEquals("Clip 1, Relu 1", operators(prepared(model.build(13), 0)));
    }

    @Test
    void boundThatAddsAxesStays() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 2, 3)
                        .floats("c", new float[] {0}, 1, 1, 1)
                        .node("Max", "x,c", "y")
                        .output("y");
        assertEquals("Max 1", operators(prepared(model.build(13), 0)));
    }

    @ParameterizedTest
    @CsvSource({
        "-Infinity, 6, Clip 1",
        "-1, Infinity, Clip 1",
        "0, Infinity, Relu 1",
        "-Infinity, Infinity, Identity 1"
    })
    void infiniteBoundsAreLeftOut(float low, float high, String operators) throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 2, 3)
                        .floats("low", new float[] {low})
                        .floats("high", new float[] {high})
                        .node("Clip", "x,low,high", "y")
                        .output("y");
        OnnxModel prepared = prepared(model.build(13), 0);
        assertEquals(operators, operators(prepared));
        assertTrue(
                prepared.proto().getGraph().getInitializerList().stream()
                        .noneMatch(t -> Float.isInfinite(Tensors.floats(t)[0])));
    }

    private static TensorProto halves(String name, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            // Normal, subnormal, zero and negative ones.
            bytes.putShort((short) (i % 7 == 0 ? i : (i % 2) << 15 | (10 + i % 5) << 10 | i % 9));
        }
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(DataType.FLOAT16_VALUE)
                        .setRawData(ByteString.copyFrom(bytes.array()));
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor.build();
    }

    @Test
    void halfPrecisionIsComputedInFull() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", DataType.FLOAT16, 2, 6)
                        .constant(halves("w", 6, 5))
                        .constant(halves("b", 5))
                        .node("MatMul", "x,w", "m")
                        .node("Add", "m,b", "a")
                        .node("Relu", "a", "y");
        ModelProto.Builder proto = model.proto(13).toBuilder();
        proto.getGraphBuilder()
                .addOutput(new SmallModel().input("y", DataType.FLOAT16, 2, 5).graph().getInput(0));
        OnnxModel prepared = prepared(OnnxModel.of(proto.build(), "halves"), 2e-3);
        assertEquals("Add 1, Cast 2, MatMul 1, Relu 1", operators(prepared));
        assertTrue(
                prepared.proto().getGraph().getInitializerList().stream()
                        .allMatch(Tensors::isFloat));
    }

    private static FunctionProto function(String name, NodeProto... nodes) {
        return FunctionProto.newBuilder()
                .setName(name)
                .setDomain("own")
                .addInput("x")
                .addInput("w")
                .addOutput("y")
                .addAllNode(List.of(nodes))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .build();
    }

    private static NodeProto call(String function, String inputs, String output) {
        return nodeOf(function, inputs, output).toBuilder().setDomain("own").build();
    }

    private static ModelProto withFunctions(SmallModel model, FunctionProto... functions) {
        return model.proto(13).toBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1))
                .addAllFunctions(List.of(functions))
                .build();
    }

    @Test
    void functionsThatCallFunctionsAreInlined() throws Exception {
        AttributeProto slope =
                AttributeProto.newBuilder()
                        .setName("alpha")
                        .setRefAttrName("slope")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .build();
        FunctionProto inner =
                function(
                                "Inner",
                                nodeOf("MatMul", "x,w", "t"),
                                nodeOf("LeakyRelu", "t", "y", slope))
                        .toBuilder()
                        .addAttribute("slope")
                        .build();
        AttributeProto given = number("slope", 0.3f);
        FunctionProto outer =
                function(
                                "Outer",
                                call("Inner", "x,w", "t").toBuilder().addAttribute(given).build(),
                                call("Inner", "t,w", "y").toBuilder().addAttribute(given).build())
                        .toBuilder()
                        .addOpsetImport(
                                OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1))
                        .build();
        SmallModel model = new SmallModel().input("x", 2, 4).weight("t", 4, 4).output("y");
        ModelProto.Builder proto = withFunctions(model, outer, inner).toBuilder();
        proto.getGraphBuilder()
                .addNode(call("Outer", "x,t", "u"))
                .addNode(call("Outer", "u,t", "y"));
        OnnxModel prepared = prepared(OnnxModel.of(proto.build(), "functions"), 1e-6);
        assertEquals("LeakyRelu 4, MatMul 4", operators(prepared));
        assertEquals(1, prepared.proto().getOpsetImportCount());
    }

    @Test
    void functionThatCallsItselfIsRefused() throws Exception {
        SmallModel model = new SmallModel().input("x", 2, 4).weight("w", 4, 4).output("y");
        ModelProto.Builder proto =
                withFunctions(
                        model,
                        function("A", call("B", "x,w", "y")),
                        function("B", call("A", "x,w", "y")))
                        .toBuilder();
        proto.getGraphBuilder().addNode(call("A", "x,w", "y"));
        OnnxModel read = OnnxModel.of(proto.build(), "functions");
        assertTrue(
                assertThrows(InvalidOnnxException.class, () -> Preparation.prepare(read))
                        .getMessage()
                        .contains("calls itself"));
    }

    @Test
    void functionsThatDoubleEndInASentence() throws Exception {
        SmallModel model = new SmallModel().input("x", 2, 4).weight("w", 4, 4).output("y");
        FunctionProto[] functions = new FunctionProto[40];
        for (int i = 0; i < functions.length; i++) {
            String next = "F" + (i + 1);
            functions[i] =
                    i == functions.length - 1
                            ? function("F" + i, nodeOf("MatMul", "x,w", "y"))
                            : function("F" + i, call(next, "x,w", "t"), call(next, "t,w", "y"));
        }
        ModelProto.Builder proto = withFunctions(model, functions).toBuilder();
        proto.getGraphBuilder().addNode(call("F0", "x,w", "y"));
        OnnxModel read = OnnxModel.of(proto.build(), "functions");
        assertThrows(InvalidOnnxException.class, () -> Preparation.prepare(read));
    }

    @Test
    void functionsThatCallEachOtherWithoutEndAreRefused() throws Exception {
        SmallModel model = new SmallModel().input("x", 2, 4).output("y");
        FunctionProto[] chain = new FunctionProto[10_000];
        FunctionProto[] empty = new FunctionProto[40];
        for (FunctionProto[] functions : List.of(chain, empty)) {
            for (int i = 0; i < functions.length; i++) {
                NodeProto next = call("F" + (i + 1), "x,w", "y");
                boolean last = i == functions.length - 1;
                NodeProto[] nodes =
                        functions == empty ? new NodeProto[] {next, next} : new NodeProto[] {next};
                functions[i] = function("F" + i, last ? new NodeProto[0] : nodes);
            }
            ModelProto.Builder proto = withFunctions(model, functions).toBuilder();
            proto.getGraphBuilder().addNode(call("F0", "x,x", "y"));
            OnnxModel read = OnnxModel.of(proto.build(), "functions");
            assertThrows(InvalidOnnxException.class, () -> Preparation.prepare(read));
        }
    }

    @Test
    void weightOfOtherRankIsRefusedBeforeNativeCode() throws Exception {
        OnnxModel model = file("weight-of-other-rank");
        assertTrue(
                assertThrows(InvalidOnnxException.class, () -> Preparation.prepare(model))
                        .getMessage()
                        .contains("a weight of 4 axes on an input of 3"));
    }

    @Test
    void constantsOfAllKindsAreRead() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", 2, 3)
                        .node("Constant", "", "f", number("value_float", 2))
                        .node("Constant", "", "n", ints("value_ints", 3, 2))
                        .node("Mul", "x,f", "m")
                        .node("Reshape", "m,n", "y")
                        .output("y");
        OnnxModel read = model.build(13);
        OnnxModel prepared = prepared(read, 0);
        assertEquals(
                List.of(3L, 2L), Tensors.integers(prepared.graph().constant("n").orElseThrow()));
        assertTrue(Nodes.is(prepared.graph().nodes().get(0), "Constant"));
    }
}
