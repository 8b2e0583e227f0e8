package io.rangefinder.engine.batch;

import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Values of constants, as far as rules ask for them. */
final class ConstantValues {

    /** What is looked at element by element. */
    private static final long MOST_ELEMENTS = 1 << 22;

    private final OnnxGraph graph;

    ConstantValues(OnnxGraph graph) {
        this.graph = graph;
    }

    /** The whole numbers of a constant of int64 or int32. */
    Optional<List<Long>> integers(String tensor) {
        return graph.integers(tensor);
    }

    /** Whole numbers that are an attribute in old opsets and a constant input in new ones. */
    Optional<List<Long>> numbers(NodeProtoOrBuilder node, String attribute, int input) {
        return graph.numbers(node, attribute, input);
    }

    /**
     * Whether a constant has the same values for each row.
     *
     * @param tensor the constant's name
     * @param outer the number of elements before the axis of rows
     * @param batch the number of rows
     * @param inner the number of elements behind it
     */
    boolean repeats(String tensor, long outer, long batch, long inner) {
        long count = outer * batch * inner;
        if (count > MOST_ELEMENTS) {
            return false;
        }
        Optional<TensorProto> constant = graph.constant(tensor);
        return constant.isPresent()
                && repeats(constant.get(), (int) outer, (int) batch, (int) inner);
    }

    private static boolean repeats(TensorProto tensor, int outer, int batch, int inner) {
        int count = outer * batch * inner;
        ByteString raw = tensor.getRawData();
        if (!raw.isEmpty() && count > 0 && raw.size() % count == 0) {
            int size = raw.size() / count;
            int block = inner * size;
            for (int o = 0; o < outer; o++) {
                int first = o * batch * block;
                ByteString row = raw.substring(first, first + block);
                for (int b = 1; b < batch; b++) {
                    int at = first + b * block;
                    if (!raw.substring(at, at + block).equals(row)) {
                        return false;
                    }
                }
            }
            return true;
        }
        // Of the lists that a tensor may keep its values in, one is used.
        List<Object> values = new ArrayList<>(tensor.getFloatDataList());
        values.addAll(tensor.getInt32DataList());
        values.addAll(tensor.getInt64DataList());
        values.addAll(tensor.getDoubleDataList());
        IntPredicate asInFirstRow =
                i -> {
                    int o = i / (batch * inner);
                    return values.get(i).equals(values.get(o * batch * inner + i % inner));
                };
        return values.size() == count && IntStream.range(0, count).allMatch(asInFirstRow);
    }
}
