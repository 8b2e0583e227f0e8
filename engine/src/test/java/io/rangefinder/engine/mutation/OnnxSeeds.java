package io.rangefinder.engine.mutation;

import static io.rangefinder.engine.fixtures.SmallModel.body;
import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.ints;
import static io.rangefinder.engine.fixtures.SmallModel.number;
import static io.rangefinder.engine.fixtures.SmallModel.string;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.HookNames;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.mutation.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Small models that hold what readers of ONNX look at: layers, Q/DQ, loops, what opsets changed.
 */
final class OnnxSeeds {

    private OnnxSeeds() {}

    static List<Seed> all() {
        List<Seed> seeds = new ArrayList<>(Seed.below(".onnx", "src/test/resources/hostile"));
        for (long opset : new long[] {11, 13, 17}) {
            add("convolutions", convolutions(), opset, seeds);
            add("products", products(), opset, seeds);
            add("attention", attention(), opset, seeds);
            add("shapes", shapes(opset), opset, seeds);
        }
        add("quantized", quantized(), 13, seeds);
        add("control", control(), 13, seeds);
        add("recurrent", recurrent(), 13, seeds);
        add("constants", constants(), 12, seeds);
        seeds.add(new Seed("named", named()));
        return seeds;
    }

    private static void add(String name, SmallModel model, long opset, List<Seed> seeds) {
        seeds.add(new Seed(name + "_" + opset, model.proto(opset).toByteArray()));
    }

    /** A model as the exporter writes it, with names in its metadata. */
    private static byte[] named() {
        ModelProto.Builder model = products().proto(13).toBuilder();
        new HookNames(Map.of("m", List.of("fc1", "net/m"), "g", List.of("fc2")), Set.of("fc3"))
                .writeTo(model);
        return model.build().toByteArray();
    }

    /** A residual block with a batch norm, a depthwise layer and an upsampling. */
    private static SmallModel convolutions() {
        return new SmallModel()
                .input("x", -1, 4, 6, 6)
                .weight("w1", 8, 4, 3, 3)
                .weight("b1", 8)
                .weight("w2", 8, 1, 3, 3)
                .weight("w3", 8, 4, 2, 2)
                .weight("scale", 8)
                .weight("shift", 8)
                .weight("mean", 8)
                .floats("variance", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 8)
                .node("Conv", "x,w1,b1", "c1", ints("pads", 1, 1, 1, 1))
                .node("Relu", "c1", "r1")
                .node(
                        "Conv",
                        "r1,w2",
                        "c2",
                        ints("pads", 1, 1, 1, 1),
                        integer("group", 8),
                        ints("kernel_shape", 3, 3))
                .node(
                        "BatchNormalization",
                        "c2,scale,shift,mean,variance",
                        "n",
                        number("epsilon", 1e-5f))
                .node("Add", "n,r1", "a")
                .node("MaxPool", "a", "p", ints("kernel_shape", 2, 2), ints("strides", 2, 2))
                .node("ConvTranspose", "p,w3", "t", ints("strides", 2, 2))
                .node("GlobalAveragePool", "t", "y")
                .output("y")
                .output("a");
    }

    private static SmallModel products() {
        return new SmallModel()
                .input("x", -1, 6)
                .weight("w1", 6, 8)
                .weight("w2", 5, 8)
                .weight("b", 5)
                .floats("low", new float[] {0})
                .floats("high", new float[] {6})
                .node("MatMul", "x,w1", "m")
                .node("Clip", "m,low,high", "c")
                .node("Gemm", "c,w2,b", "g", integer("transB", 1), number("alpha", 1))
                .node("Sigmoid", "g", "s")
                .node("Mul", "g,s", "u")
                .node("Softmax", "u", "y", integer("axis", 1))
                .output("y");
    }

    private static SmallModel attention() {
        return new SmallModel()
                .input("x", -1, 4, 8)
                .weight("wq", 8, 8)
                .weight("wk", 8, 8)
                .weight("wv", 8, 8)
                .node("MatMul", "x,wq", "q")
                .node("MatMul", "x,wk", "k")
                .node("MatMul", "x,wv", "v")
                .node("Transpose", "k", "kt", ints("perm", 0, 2, 1))
                .node("MatMul", "q,kt", "scores")
                .node("Softmax", "scores", "p", integer("axis", 2))
                .node("MatMul", "p,v", "o")
                .node("Add", "o,x", "y")
                .output("y");
    }

    /** What opset 13 changed, Split, Squeeze, ReduceSum, and what only moves values. */
    private static SmallModel shapes(long opset) {
        SmallModel model =
                new SmallModel()
                        .input("x", -1, 4, 6)
                        .constant(Tensors.longs("axes", List.of(1L)))
                        .constant(Tensors.longs("half", List.of(2L, 2L)))
                        .constant(Tensors.longs("start", List.of(0L)))
                        .constant(Tensors.longs("end", List.of(3L)))
                        .constant(Tensors.longs("last", List.of(2L)))
                        .constant(Tensors.longs("shape", List.of(-1L, 12L)))
                        .floats("none", new float[0], 0)
                        .floats("scales", new float[] {1, 1, 2}, 3)
                        .weight("w", 12, 3);
        if (opset < 13) {
            model.node("Split", "x", "s1,s2", integer("axis", 1), ints("split", 2, 2))
                    .node("Unsqueeze", "s1", "u", ints("axes", 1))
                    .node("Squeeze", "u", "q", ints("axes", 1))
                    .node("ReduceSum", "q", "sum", ints("axes", 2), integer("keepdims", 1));
        } else {
            model.node("Split", "x,half", "s1,s2", integer("axis", 1))
                    .node("Unsqueeze", "s1,axes", "u")
                    .node("Squeeze", "u,axes", "q")
                    .node("ReduceSum", "q,last", "sum", integer("keepdims", 1));
        }
        return model.node("Concat", "q,s2", "c", integer("axis", 1))
                .node("Slice", "c,start,end,last", "l")
                .node("Resize", "l,none,scales", "z", string("mode", "nearest"))
                .node("ReduceMean", "c", "mean", ints("axes", -1))
                .node("Reshape", "c,shape", "r")
                .node("MatMul", "r,w", "y")
                .node("Shape", "z", "n")
                .output("y")
                .output("sum")
                .output("mean")
                .output("n");
    }

    private static SmallModel quantized() {
        return new SmallModel()
                .input("x", 2, 4, 6, 6)
                .weight("w", 8, 4, 3, 3)
                .floats("scale", new float[] {0.1f})
                .constant(Tensors.bytes("zero", true, new byte[1]))
                .floats("scales", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 8)
                .constant(Tensors.bytes("zeros", true, new byte[8], 8))
                .node("QuantizeLinear", "x,scale,zero", "xq")
                .node("DequantizeLinear", "xq,scale,zero", "xd")
                .node("QuantizeLinear", "w,scales,zeros", "wq", integer("axis", 0))
                .node("DequantizeLinear", "wq,scales,zeros", "wd", integer("axis", 0))
                .node("Conv", "xd,wd", "c")
                .node("Relu", "c", "y")
                .output("y");
    }

    private static SmallModel control() {
        SmallModel then = new SmallModel().node("MatMul", "x,w", "t").output("t");
        SmallModel otherwise = new SmallModel().node("Identity", "x", "e").output("e");
        SmallModel loop =
                new SmallModel()
                        .input("i", TensorProto.DataType.INT64)
                        .input("go", TensorProto.DataType.BOOL)
                        .input("h", -1, 4)
                        .node("Identity", "go", "more")
                        .node("MatMul", "h,w", "next")
                        .output("more")
                        .output("next");
        return new SmallModel()
                .input("x", -1, 4)
                .input("flag", TensorProto.DataType.BOOL)
                .weight("w", 4, 4)
                .constant(Tensors.longs("trips", List.of(3L)))
                .node(
                        "If",
                        "flag",
                        "b",
                        body("then_branch", then.graph()),
                        body("else_branch", otherwise.graph()))
                .node("Loop", "trips,flag,b", "y", body("body", loop.graph()))
                .output("y");
    }

    private static SmallModel recurrent() {
        return new SmallModel()
                .input("x", 5, -1, 4)
                .weight("w", 1, 12, 4)
                .weight("r", 1, 12, 3)
                .weight("b", 1, 24)
                .node("LSTM", "x,w,r,b", "h,last,cell", integer("hidden_size", 3))
                .node("Einsum", "x,x", "y", string("equation", "abc,abd->bcd"))
                .output("h")
                .output("y");
    }

    private static SmallModel constants() {
        return new SmallModel()
                .input("x", -1, 6)
                .weight("w", 8, 6)
                .node("Transpose", "w", "wt", ints("perm", 1, 0))
                .node("Identity", "wt", "wi")
                .node("MatMul", "x,wi", "m")
                .node("Constant", "", "half", number("value_float", 0.5f))
                .node("Mul", "m,half", "h")
                .node("Max", "h,half", "y")
                .output("y");
    }
}
