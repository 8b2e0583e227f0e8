package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** The values of Constant nodes, in each form that ONNX has for them. Stateless. */
public final class ConstantNodes {

    /** Sparse tensors of more elements are not written out. */
    private static final long MOST_ELEMENTS = 1L << 24;

    private ConstantNodes() {}

    /**
     * The value of a Constant node.
     *
     * @param node a node
     * @return the value under the name of the node's output, or empty if the node is no Constant or
     *     holds a string
     */
    public static Optional<TensorProto> value(NodeProtoOrBuilder node) {
        if (!Nodes.is(node, "Constant") || node.getOutputCount() == 0) {
            return Optional.empty();
        }
        return node.getAttributeList().stream()
                .flatMap(a -> value(a, node.getOutput(0)).stream())
                .findFirst();
    }

    private static Optional<TensorProto> value(AttributeProto value, String name) {
        return switch (value.getName()) {
            case "value" -> Optional.of(value.getT().toBuilder().setName(name).build());
            case "value_float" -> Optional.of(Tensors.floats(name, new float[] {value.getF()}));
            case "value_int" ->
                    Optional.of(
                            Tensors.longs(name, List.of(value.getI())).toBuilder()
                                    .clearDims()
                                    .build());
            case "value_ints" -> Optional.of(Tensors.longs(name, value.getIntsList()));
            case "value_floats" ->
                    Optional.of(
                            TensorProto.newBuilder()
                                    .setName(name)
                                    .setDataType(TensorProto.DataType.FLOAT_VALUE)
                                    .addDims(value.getFloatsCount())
                                    .addAllFloatData(value.getFloatsList())
                                    .build());
            case "sparse_value" -> dense(value.getSparseTensor(), name);
            default -> Optional.empty();
        };
    }

    /** Writes a sparse tensor out: its values, and where they go, as one number or one an axis. */
    static Optional<TensorProto> dense(SparseTensorProto sparse, String name) {
        TensorProto values = sparse.getValues();
        long elements = 1;
        for (long axis : sparse.getDimsList()) {
            if (axis < 0 || (axis > 0 && elements > MOST_ELEMENTS / axis)) {
                return Optional.empty();
            }
            elements *= axis;
        }
        List<Long> indices = Tensors.integers(sparse.getIndices());
        int count = Math.toIntExact(Tensors.elements(values));
        int axes = count == 0 ? 1 : indices.size() / count;
        boolean flat = axes == 1;
        if (!Tensors.isFloat(values)
                || indices.size() != (long) count * axes
                || (!flat && axes != sparse.getDimsCount())) {
            return Optional.empty();
        }
        float[] from = Tensors.floats(values);
        ByteBuffer to =
                ByteBuffer.allocate(Math.toIntExact(elements * Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            long at = 0;
            for (int axis = 0; axis < axes; axis++) {
                long index = indices.get(i * axes + axis);
                long length = flat ? elements : sparse.getDims(axis);
                if (index < 0 || index >= length) {
                    return Optional.empty();
                }
                at = at * length + index;
            }
            to.putFloat((int) at * Float.BYTES, from[i]);
        }
        return Optional.of(
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addAllDims(sparse.getDimsList())
                        .setRawData(ByteString.copyFrom(to.array()))
                        .build());
    }
}
