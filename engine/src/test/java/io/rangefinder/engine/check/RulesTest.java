package io.rangefinder.engine.check;

import static io.rangefinder.engine.check.TensorRtVersion.V10;
import static io.rangefinder.engine.check.TensorRtVersion.V8_4;
import static io.rangefinder.engine.check.TensorRtVersion.V8_6;
import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static io.rangefinder.engine.fixtures.SmallModel.string;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What differs between versions, and rules that no planted break is of. */
class RulesTest {

    /** Severities and rules, such as "error type". */
    private static List<String> check(SmallModel model, TensorRtVersion version)
            throws InvalidOnnxException {
        return ModelChecker.check(model.build(13), version).stream()
                .map(f -> f.severity() + " " + f.rule())
                .toList();
    }

    private static SmallModel one(String operator, AttributeProto... attributes) {
        return new SmallModel()
                .input("x", -1, 3, 8, 8)
                .node(operator, "x", "y", attributes)
                .output("y");
    }

    @Test
    void operatorsDifferByVersion() throws Exception {
        assertEquals(List.of("error operator"), check(one("Trilu"), V8_4));
        assertEquals(List.of(), check(one("Trilu"), V8_6));
        assertEquals(List.of("error operator"), check(one("Hardmax"), V8_6));
        assertEquals(List.of(), check(one("Hardmax"), V10));
        assertEquals(List.of("warning operator"), check(one("Det"), V10));
    }

    @Test
    void operatorOfAnotherDomainIsReadByItsNameAlone() throws Exception {
        ModelProto.Builder model = one("Relu").proto(13).toBuilder();
        model.getGraphBuilder().getNodeBuilder(0).setDomain("com.microsoft");
        List<Finding> findings = ModelChecker.check(OnnxModel.of(model.build(), "small"), V8_6);
        assertEquals(
                List.of(
                        "warning operator at 'y/Relu': com.microsoft's Relu is read as ONNX's Relu;"
                                + " make sure that they compute the same"),
                findings.stream().map(Finding::toString).toList());
    }

    @Test
    void attributesThatTheParserRefusesOrOverlooks() throws Exception {
        SmallModel cubic = one("Resize", string("mode", "cubic"));
        assertEquals(List.of("error attribute"), check(cubic, V8_4));
        assertEquals(List.of("warning attribute"), check(cubic, V8_6));
        assertEquals(List.of(), check(cubic, V10));
        SmallModel scatter =
                new SmallModel()
                        .input("x", 4, 4)
                        .input("i", DataType.INT64, 1, 4)
                        .input("u", 1, 4)
                        .node("ScatterElements", "x,i,u", "y", string("reduction", "add"))
                        .output("y");
        assertEquals(List.of("error attribute"), check(scatter, V8_6));
        assertEquals(List.of(), check(scatter, V10));
        assertEquals(List.of(), check(one("MaxPool", ints("dilations", 1, 1)), V8_6));
        SmallModel indices =
                new SmallModel()
                        .input("x", 1, 3, 8, 8)
                        .node("MaxPool", "x", "y,i", ints("kernel_shape", 2, 2))
                        .output("y")
                        .output("i");
        assertEquals(List.of("error attribute"), check(indices, V8_6));
    }

    @Test
    void typesThatTensorRtCannotHold() throws Exception {
        for (DataType type : List.of(DataType.UINT16, DataType.INT16, DataType.UINT64)) {
            SmallModel model =
                    new SmallModel().input("x", type, 1, 4).node("Identity", "x", "y").output("y");
            assertEquals(List.of("error type"), check(model, V8_6), type.name());
        }
    }

    @Test
    void typesThatAnOperatorDoesNotTake() throws Exception {
        assertEquals(List.of("error type"), check(typed("Relu", DataType.UINT8), V8_6));
        assertEquals(List.of("warning type"), check(typed("Relu", DataType.DOUBLE), V8_6));
        assertEquals(List.of("warning type"), check(typed("Exp", DataType.INT64), V8_6));
        assertEquals(List.of(), check(typed("Neg", DataType.INT64), V8_6));
        assertEquals(List.of(), check(typed("Relu", DataType.FLOAT16), V8_6));
    }

    private static SmallModel typed(String operator, DataType type) {
        return new SmallModel().input("x", type, 1, 4).node(operator, "x", "y").output("y");
    }

    @Test
    void matrixProductOfIntegersIsRefused() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", DataType.INT64, 4, 4)
                        .node("MatMul", "x,x", "y")
                        .output("y");
        assertEquals(List.of("error type"), check(model, V8_6));
        assertEquals(List.of("error type"), check(model, V10));
    }

    @Test
    void largeIntegersAreClampedExceptAsEndsOfSlices() throws Exception {
        SmallModel slice =
                new SmallModel()
                        .input("x", 1, 4)
                        .constant(Tensors.longs("start", List.of(0L)))
                        .constant(Tensors.longs("end", List.of(Long.MAX_VALUE)))
                        .node("Slice", "x,start,end", "y")
                        .output("y");
        assertEquals(List.of(), check(slice, V8_6));
        SmallModel sum =
                new SmallModel()
                        .input("x", DataType.INT64, 1, 4)
                        .constant(Tensors.longs("large", List.of(1L << 40)))
                        .node("Add", "x,large", "y")
                        .output("y");
        assertEquals(List.of("warning integer-range"), check(sum, V8_6));
        assertEquals(List.of(), check(sum, V10));
    }

    @Test
    void inputsThatMustBeConstant() throws Exception {
        SmallModel computed =
                new SmallModel()
                        .input("x", 1, 4)
                        .input("k", DataType.INT64, 1)
                        .node("TopK", "x,k", "y,i")
                        .output("y");
        assertEquals(List.of("error constant-input"), check(computed, V8_4));
        assertEquals(List.of(), check(computed, V8_6));
        SmallModel constant =
                new SmallModel()
                        .input("x", 1, 4)
                        .node("Constant", "", "axes", ints("value_ints", 0))
                        .node("Unsqueeze", "x,axes", "y")
                        .output("y");
        assertEquals(List.of(), check(constant, V8_4));
    }

    /** Shapes (in, out / groups, kernel) and, without transB, (in, out): channels are axis 1. */
    @Test
    void channelAxisFollowsTheLayer() throws Exception {
        assertEquals(List.of(), check(weighted("ConvTranspose", 1, 6, 4, 6, 3, 3), V8_6));
        assertEquals(
                List.of("error channel-axis"),
                check(weighted("ConvTranspose", 0, 4, 4, 6, 3, 3), V8_6));
        assertEquals(List.of(), check(weighted("Gemm", 1, 6, 4, 6), V8_6));
        assertEquals(List.of("error channel-axis"), check(weighted("Gemm", 0, 4, 4, 6), V8_6));
        assertEquals(
                List.of(),
                check(weighted("Gemm", 0, 6, new long[] {6, 4}, integer("transB", 1)), V8_6));
        assertEquals(List.of(), check(weighted("MatMul", 1, 6, 4, 6), V8_6));
        assertEquals(List.of("error channel-axis"), check(weighted("MatMul", 0, 4, 4, 6), V8_6));
        assertEquals(
                List.of("error channel-axis"), check(weighted("Conv", 9, 4, 4, 6, 3, 3), V8_6));
    }

    private static SmallModel weighted(String operator, long axis, int scales, long... shape) {
        return weighted(operator, axis, scales, shape, new AttributeProto[0]);
    }

    private static SmallModel weighted(
            String operator, long axis, int scales, long[] shape, AttributeProto... attributes) {
        float[] values = new float[scales];
        Arrays.fill(values, 0.1f);
        return new SmallModel()
                .input("x", shape.length == 4 ? new long[] {-1, 4, 8, 8} : new long[] {-1, 4})
                .floats("s", new float[] {0.1f})
                .constant(Tensors.bytes("z", true, new byte[1]))
                .node("QuantizeLinear", "x,s,z", "xq")
                .node("DequantizeLinear", "xq,s,z", "xd")
                .weight("w", shape)
                .floats("ws", values, scales)
                .constant(Tensors.bytes("wz", true, new byte[scales], scales))
                .node("QuantizeLinear", "w,ws,wz", "wq", integer("axis", axis))
                .node("DequantizeLinear", "wq,ws,wz", "wd", integer("axis", axis))
                .node(operator, "xd,wd", "y", attributes)
                .output("y");
    }

    @Test
    void axisThatIsNotNamedIsAnotherOneIn8() throws Exception {
        ModelProto.Builder model = weighted("Gemm", 1, 6, 4, 6).proto(13).toBuilder();
        model.getGraphBuilder().getNodeBuilderList().forEach(n -> n.clearAttribute());
        OnnxModel unnamed = OnnxModel.of(model.build(), "small");
        assertEquals(
                List.of("channel-axis"),
                ModelChecker.check(unnamed, V8_6).stream().map(Finding::rule).toList());
        assertEquals(List.of(), ModelChecker.check(unnamed, V10));
    }

    @Test
    void modelWithoutPairsIsCheckedForItsOperatorsOnly() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", -1, 4)
                        .weight("w", 4, 6)
                        .node("MatMul", "x,w", "y")
                        .output("y");
        assertEquals(List.of(), check(model, V8_6));
    }

    @Test
    void int8OutputIsNamedWithItsLayer() throws Exception {
        SmallModel model =
                new SmallModel()
                        .input("x", -1, 4)
                        .floats("s", new float[] {0.1f})
                        .constant(Tensors.bytes("z", true, new byte[1]))
                        .node("Relu", "x", "r")
                        .node("QuantizeLinear", "r,s,z", "y")
                        .output("y");
        List<Finding> findings = ModelChecker.check(model.build(13), V8_6);
        assertEquals(
                List.of(
                        "error output at 'r/Relu', tensor 'y': the model's output is int8; take"
                                + " away its QuantizeLinear"),
                findings.stream().map(Finding::toString).toList());
    }

    @Test
    void inputWithoutShapeIsNamed() throws Exception {
        ModelProto.Builder model = one("Relu").proto(13).toBuilder();
        model.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape();
        List<Finding> findings = ModelChecker.check(OnnxModel.of(model.build(), "small"), V8_6);
        assertEquals(List.of("shape"), findings.stream().map(Finding::rule).toList());
    }

    @Test
    void int8ConstantsAreWeightsIn10Only() throws Exception {
        TensorProto weight = Tensors.bytes("w", true, new byte[24], 4, 6);
        SmallModel model =
                new SmallModel()
                        .input("x", -1, 4)
                        .floats("s", new float[] {0.1f})
                        .constant(Tensors.bytes("z", true, new byte[1]))
                        .constant(weight)
                        .node("QuantizeLinear", "x,s,z", "xq")
                        .node("DequantizeLinear", "xq,s,z", "xd")
                        .node("DequantizeLinear", "w,s,z", "wd")
                        .node("MatMul", "xd,wd", "y")
                        .output("y");
        assertEquals(List.of("error int8-weight"), check(model, V8_6));
        assertEquals(List.of(), check(model, V10));
    }
}
