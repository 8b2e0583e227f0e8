package io.rangefinder.engine.batch;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.TensorDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The shapes of all tensors of a model whose inputs have fixed shapes, as far as they are known: as
 * the model declares them, or else as ONNX Runtime infers them.
 */
final class TensorShapes {

    private final Map<String, long[]> shapes = new HashMap<>();

    private TensorShapes() {}

    static TensorShapes of(OnnxModel model) throws InvalidOnnxException {
        TensorShapes all = new TensorShapes();
        GraphProto graph = model.proto().getGraph();
        Stream.of(graph.getInputList(), graph.getOutputList(), graph.getValueInfoList())
                .flatMap(List::stream)
                .forEach(all::declare);
        for (TensorProto tensor : graph.getInitializerList()) {
            all.shapes.put(
                    tensor.getName(),
                    tensor.getDimsList().stream().mapToLong(Long::longValue).toArray());
        }
        boolean complete =
                graph.getNodeList().stream()
                        .flatMap(n -> n.getOutputList().stream())
                        .allMatch(t -> t.isEmpty() || all.shapes.containsKey(t));
        if (!complete) {
            all.infer(model);
        }
        return all;
    }

    private void infer(OnnxModel model) throws InvalidOnnxException {
        try (OrtModel loaded =
                OrtModel.load(model.withEveryTensorAsOutput(), Execution.UNOPTIMIZED, 1)) {
            for (TensorDescription tensor : loaded.outputs()) {
                if (tensor.isStatic()) {
                    shapes.putIfAbsent(tensor.name(), tensor.shape().getShape());
                }
            }
        }
    }

    private void declare(ValueInfoProto value) {
        if (!value.getType().getTensorType().hasShape()) {
            return;
        }
        TensorShapeProto shape = value.getType().getTensorType().getShape();
        if (shape.getDimList().stream().allMatch(Dimension::hasDimValue)) {
            shapes.put(
                    value.getName(),
                    shape.getDimList().stream().mapToLong(Dimension::getDimValue).toArray());
        }
    }

    Optional<long[]> of(String tensor) {
        return Optional.ofNullable(shapes.get(tensor));
    }
}
