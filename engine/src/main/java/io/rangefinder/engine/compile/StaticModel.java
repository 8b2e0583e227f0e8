package io.rangefinder.engine.compile;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.SeenLengths;
import io.rangefinder.engine.onnx.StaticBatch;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.TensorDescription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model with a fixed batch that was seen to run: once, on zeros, in ONNX Runtime, which also
 * tells the shapes of its outputs. Stateless, hence safe from any thread.
 */
public final class StaticModel {

    private StaticModel() {}

    /**
     * Fixes a model's batch.
     *
     * @param model a model whose batch may have any length, or has this one already
     * @param batch the number of samples
     * @param seen inputs as capture saw them, for lengths that the model leaves open
     * @return the model with fixed shapes of its inputs and outputs
     * @throws InvalidOnnxException if the batch can't be fixed at this length: an input's shape is
     *     open along another axis, a node has another batch in its shape, or the model fails on it
     * @throws IllegalArgumentException if {@code batch} is less than 1
     */
    public static OnnxModel of(OnnxModel model, long batch, List<InputDescription> seen)
            throws InvalidOnnxException {
        OnnxModel lengths = SeenLengths.fix(model, seen);
        OnnxModel fixed = StaticBatch.fix(lengths, batch);
        try (OrtModel session = OrtModel.load(fixed, Execution.SIMULATED, 0)) {
            Map<String, Shape> shapes = new HashMap<>();
            session.run(zeros(session.inputs())).forEach(t -> shapes.put(t.name(), t.shape()));
            return withOutputs(lengths, fixed, shapes, batch);
        } catch (EngineException e) {
            throw new InvalidOnnxException(
                    model.source(),
                    "fails on a batch of "
                            + batch
                            + " ("
                            + e.getMessage()
                            + ")"
                            + suspects(model, batch)
                            + "; export the model for this batch",
                    e);
        }
    }

    private static List<NamedTensor> zeros(List<TensorDescription> inputs) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (TensorDescription input : inputs) {
            long bytes = Math.multiplyExact(input.shape().size(), input.type().getNumOfBytes());
            ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
            tensors.add(new NamedTensor(input.name(), input.type(), input.shape(), data));
        }
        return tensors;
    }

    private static OnnxModel withOutputs(
            OnnxModel open, OnnxModel fixed, Map<String, Shape> seen, long batch)
            throws InvalidOnnxException {
        ModelProto.Builder model = fixed.proto().toBuilder();
        for (ValueInfoProto.Builder output : model.getGraphBuilder().getOutputBuilderList()) {
            Shape shape = seen.get(output.getName());
            if (shape == null || !output.getType().hasTensorType()) {
                continue;
            }
            TensorShapeProto.Builder declared =
                    output.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
            requireSame(open, output.getName(), declared.build(), shape, batch);
            declared.clear();
            for (long length : shape.getShape()) {
                declared.addDimBuilder().setDimValue(length);
            }
        }
        return OnnxModel.of(model.build(), open.source());
    }

    /** A shape that holds another batch makes outputs of that batch, or none that fit. */
    private static void requireSame(
            OnnxModel open, String output, TensorShapeProto declared, Shape seen, long batch)
            throws InvalidOnnxException {
        boolean same = declared.getDimCount() == 0 || declared.getDimCount() == seen.dimension();
        for (int axis = 0; same && axis < declared.getDimCount(); axis++) {
            long length = declared.getDim(axis).getDimValue();
            same = length <= 0 || length == seen.get(axis);
        }
        if (!same) {
            throw new InvalidOnnxException(
                    open.source(),
                    "output '"
                            + output
                            + "' is of shape "
                            + seen
                            + " for a batch of "
                            + batch
                            + suspects(open, batch)
                            + "; export the model for this batch");
        }
    }

    /** The nodes that may be to blame, for a message. */
    private static String suspects(OnnxModel model, long batch) throws InvalidOnnxException {
        OnnxGraph graph = model.graph();
        String names =
                graph.nodes().stream()
                        .filter(n -> Nodes.is(n, "Reshape", "Expand") && n.getInputCount() > 1)
                        .filter(n -> holdsOtherBatch(graph, n.getInput(1), batch))
                        .map(n -> "'" + Nodes.nameOf(n) + "'")
                        .limit(3)
                        .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "; another batch is in the shape that is given to " + names;
    }

    private static boolean holdsOtherBatch(OnnxGraph graph, String shape, long batch) {
        return graph.constant(shape)
                .filter(t -> t.getRawData().size() >= Long.BYTES || t.getInt64DataCount() > 0)
                .map(
                        t ->
                                t.getInt64DataCount() > 0
                                        ? t.getInt64Data(0)
                                        : Long.reverseBytes(
                                                t.getRawData().asReadOnlyByteBuffer().getLong()))
                .filter(first -> first > 1 && first != batch)
                .isPresent();
    }
}
