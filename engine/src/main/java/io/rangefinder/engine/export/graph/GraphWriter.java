package io.rangefinder.engine.export.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import java.util.List;
import java.util.function.UnaryOperator;

/** ONNX's messages for the parts of a graph. Stateless. */
final class GraphWriter {

    /** The versions of ONNX's file format that came with opset 13 and 17. */
    private static final long IR_OF_13 = 7;

    private static final long IR_OF_17 = 8;

    private static final int OPSET_17 = 17;

    private GraphWriter() {}

    static ModelProto.Builder newModel(int opset) {
        ModelProto.Builder model =
                ModelProto.newBuilder()
                        .setIrVersion(opset >= OPSET_17 ? IR_OF_17 : IR_OF_13)
                        .setProducerName("rangefinder")
                        .setProducerVersion(RangefinderVersion.current());
        model.addOpsetImportBuilder().setDomain("").setVersion(opset);
        model.getGraphBuilder().setName("model");
        return model;
    }

    static NodeProto.Builder node(Node node, String name, UnaryOperator<String> names) {
        NodeProto.Builder proto = NodeProto.newBuilder().setName(name).setOpType(node.operator());
        node.inputs().forEach(i -> proto.addInput(i.isEmpty() ? "" : names.apply(i)));
        node.outputs().forEach(o -> proto.addOutput(o.isEmpty() ? "" : names.apply(o)));
        return proto.addAllAttribute(node.attributes());
    }

    /** The array is not copied. */
    static TensorProto tensor(String name, Initializer initializer, byte[] bytes) {
        return tensor(name, initializer).setRawData(UnsafeByteOperations.unsafeWrap(bytes)).build();
    }

    /** Without its elements. */
    static TensorProto.Builder tensor(String name, Initializer initializer) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(initializer.type().onnx())
                .addAllDims(initializer.shape());
    }

    static ValueInfoProto valueInfo(String name, ElementType type, List<Dim> shape) {
        ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(name);
        var tensor = info.getTypeBuilder().getTensorTypeBuilder().setElemType(type.onnx());
        // A tensor without axes has a shape, too: an empty one.
        var proto = tensor.getShapeBuilder();
        for (Dim dim : shape) {
            if (dim.isConstant()) {
                proto.addDimBuilder().setDimValue(dim.constant());
            } else {
                proto.addDimBuilder().setDimParam(dim.toString());
            }
        }
        return info.build();
    }
}
