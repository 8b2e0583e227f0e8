package io.rangefinder.engine.tensorrt.plan;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Fixes the shapes of a model's inputs in the ONNX itself, before TensorRT sees it.
 *
 * <p>An optimization profile of one shape would leave axes of -1 in the plan, which DJL's engine
 * reads as lengths and crashes; and the parser folds what depends on shapes only where they are
 * fixed.
 */
final class FixedShapes {

    private final PlanOptions options;
    private final List<InputDescription> seen;
    private final OnnxModel model;

    private FixedShapes(OnnxModel model, List<InputDescription> seen, PlanOptions options) {
        this.model = model;
        this.seen = seen;
        this.options = options;
    }

    /**
     * Fixes them.
     *
     * @param model a model
     * @param seen the inputs as capture saw them, for axes that neither model nor options fix
     * @param options the batch, and whole shapes
     * @return the model with inputs of fixed shapes
     */
    static OnnxModel in(OnnxModel model, List<InputDescription> seen, PlanOptions options)
            throws InvalidOnnxException {
        return new FixedShapes(model, seen, options).fix();
    }

    private OnnxModel fix() throws InvalidOnnxException {
        Set<String> unknown = new TreeSet<>(options.inputShapes().keySet());
        model.inputs().forEach(i -> unknown.remove(i.getName()));
        if (!unknown.isEmpty()) {
            throw refused(
                    "there is no input " + unknown + " to give a shape; name one of " + names());
        }
        Set<String> initializers =
                model.proto().getGraph().getInitializerList().stream()
                        .map(TensorProto::getName)
                        .collect(Collectors.toSet());
        ModelProto.Builder fixed = model.proto().toBuilder();
        GraphProto.Builder graph = fixed.getGraphBuilder();
        for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
            if (!initializers.contains(input.getName())) {
                fix(input);
            }
        }
        // What was inferred for open shapes is void now.
        graph.clearValueInfo();
        return OnnxModel.of(fixed.build(), model.source());
    }

    private List<String> names() {
        return model.inputs().stream().map(ValueInfoProto::getName).toList();
    }

    private void fix(ValueInfoProto.Builder input) {
        String name = input.getName();
        boolean known = input.getType().getTensorType().hasShape();
        TensorShapeProto declared = input.getType().getTensorType().getShape();
        Optional<long[]> whole =
                Optional.ofNullable(options.inputShapes().get(name)).map(Shape::getShape);
        if (!known && whole.isEmpty()) {
            throw refused("input '" + name + "' has no shape; give one with inputShapes");
        }
        int rank = known ? declared.getDimCount() : whole.get().length;
        if (whole.isPresent() && whole.get().length != rank) {
            throw refused(
                    "input '"
                            + name
                            + "' has "
                            + rank
                            + " axes, not "
                            + Arrays.toString(whole.get()));
        }
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int axis = 0; axis < rank; axis++) {
            long own = known ? Math.max(declared.getDim(axis).getDimValue(), 0) : 0;
            shape.addDimBuilder().setDimValue(length(name, axis, rank, own, whole));
        }
        input.getTypeBuilder().getTensorTypeBuilder().setShape(shape);
    }

    private long length(String input, int axis, int rank, long own, Optional<long[]> whole) {
        long wanted = 0;
        if (whole.isPresent()) {
            wanted = whole.get()[axis];
        } else if (axis == 0 && options.batch().isPresent()) {
            wanted = options.batch().getAsLong();
        }
        if (own > 0 && wanted > 0 && own != wanted) {
            throw refused(
                    "axis "
                            + axis
                            + " of input '"
                            + input
                            + "' is fixed to "
                            + own
                            + " and can't be "
                            + wanted
                            + "; export the model with an open axis");
        }
        if (own > 0 || wanted > 0) {
            return Math.max(own, wanted);
        }
        return axis == 0 ? 1 : seen(input, axis, rank);
    }

    private long seen(String input, int axis, int rank) {
        return seen.stream()
                .filter(s -> s.name().equals(input) && s.shape().size() == rank)
                .map(s -> s.shape().get(axis))
                .filter(length -> length > 0)
                .findFirst()
                .orElseThrow(
                        () ->
                                refused(
                                        "axis "
                                                + axis
                                                + " of input '"
                                                + input
                                                + "' varies, but a plan's shapes are fixed; give"
                                                + " its shape with inputShapes"));
    }

    private PlanBuildException refused(String why) {
        return new PlanBuildException("cannot build a plan of " + model.source() + ": " + why);
    }
}
