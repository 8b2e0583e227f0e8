package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.InputDescription;
import java.util.List;
import java.util.Optional;

/**
 * Gives axes of inputs that a model leaves open, besides the batch, the greatest lengths that
 * capture saw of them. Stateless.
 */
public final class SeenLengths {

    private SeenLengths() {}

    /**
     * Fixes the lengths.
     *
     * @param model the model
     * @param seen inputs as capture saw them, by name; of others the model's own metadata tells
     * @return the model in which only the batch is open, and what was not seen; the same one if no
     *     other axis is
     * @throws InvalidOnnxException never for a model that was read
     */
    public static OnnxModel fix(OnnxModel model, List<InputDescription> seen)
            throws InvalidOnnxException {
        ModelProto.Builder proto = model.proto().toBuilder();
        OpenLengths told = OpenLengths.of(model.metadata());
        boolean changed = false;
        for (ValueInfoProto.Builder input : proto.getGraphBuilder().getInputBuilderList()) {
            String name = input.getName();
            int rank = input.getType().getTensorType().getShape().getDimCount();
            Optional<List<Long>> given =
                    seen.stream()
                            .filter(s -> s.name().equals(name) && s.shape().size() == rank)
                            .map(InputDescription::shape)
                            .findFirst();
            for (int axis = 1; axis < rank; axis++) {
                int at = axis;
                Optional<Long> known =
                        given.map(lengths -> lengths.get(at)).or(() -> told.seen(name, at));
                TensorShapeProto.Builder shape =
                        input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
                Dimension length = shape.getDim(axis);
                if (known.isPresent()
                        && length.getDimValue() <= 0
                        && !length.getDimParam().contains("batch")) {
                    shape.getDimBuilder(axis).setDimValue(known.get());
                    changed = true;
                }
            }
        }
        if (!changed) {
            return model;
        }
        // What was declared for open lengths is void.
        proto.getGraphBuilder().clearValueInfo();
        proto.getGraphBuilder()
                .getOutputBuilderList()
                .forEach(o -> o.getTypeBuilder().getTensorTypeBuilder().clearShape());
        return OnnxModel.of(proto.build(), model.source());
    }
}
