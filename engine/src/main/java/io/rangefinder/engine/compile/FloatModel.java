package io.rangefinder.engine.compile;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnx.OnnxModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The float ONNX of a source. */
final class FloatModel {

    private FloatModel() {}

    /**
     * Exports a source for its example inputs and those that the ranges tell of; for the example
     * alone if one model can't take both.
     */
    static OnnxModel export(
            ModelSource source, DynamicRanges ranges, Optional<NDList> example, OptionalInt opset)
            throws IOException, MalformedModelException {
        List<InputDescription> seen = ranges.provenance().inputs();
        List<InputDescription> given = example.map(FloatModel::describe).orElse(seen);
        if (given.isEmpty()) {
            throw new UnsuitableRangesException(
                    "the ranges do not tell what inputs "
                            + source.name()
                            + " takes, so that it can't be exported; give example inputs, or ranges"
                            + " in the .ranges format");
        }
        ExportOptions options = ExportOptions.of(opset).withCall(ranges.provenance().call());
        Optional<List<InputDescription>> both = example.flatMap(e -> together(given, seen));
        if (both.isPresent()) {
            OnnxModel model = ModelExporter.export(source, both.get(), options).toOnnx();
            if (takes(model, given)) {
                return model;
            }
        }
        return ModelExporter.export(source, given, options).toOnnx();
    }

    /** The example's inputs with the lengths that capture saw, too, if these are others. */
    private static Optional<List<InputDescription>> together(
            List<InputDescription> given, List<InputDescription> seen) {
        if (given.size() != seen.size()) {
            return Optional.empty();
        }
        List<InputDescription> both = new ArrayList<>();
        boolean others = false;
        for (int i = 0; i < given.size(); i++) {
            InputDescription example = given.get(i);
            InputDescription captured = seen.get(i);
            boolean same =
                    captured.shape().size() == example.shape().size()
                            && (example.name().isEmpty() || example.name().equals(captured.name()));
            if (!same) {
                return Optional.empty();
            }
            InputDescription named =
                    new InputDescription(captured.name(), example.type(), example.shape());
            InputDescription joined =
                    named.merge(
                            new InputDescription(
                                    captured.name(),
                                    example.type(),
                                    captured.shape(),
                                    captured.least()));
            both.add(joined);
            for (int axis = 1; axis < joined.shape().size(); axis++) {
                others |= joined.varies(axis);
            }
        }
        return others ? Optional.of(both) : Optional.empty();
    }

    private static boolean takes(OnnxModel model, List<InputDescription> given) {
        for (int i = 0; i < given.size(); i++) {
            List<Long> lengths = given.get(i).shape();
            TensorShapeProto shape = model.inputs().get(i).getType().getTensorType().getShape();
            for (int axis = 1; axis < lengths.size(); axis++) {
                long fixed = shape.getDim(axis).getDimValue();
                if (fixed > 0 && fixed != lengths.get(axis)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static List<InputDescription> describe(NDList example) {
        List<InputDescription> inputs = new ArrayList<>();
        Map<String, Integer> elements = new HashMap<>();
        for (NDArray array : example) {
            String name = array.getName() == null ? "" : array.getName();
            if (name.endsWith("()") || name.endsWith("[]")) {
                // So DJL names all elements of a tuple or list; as capture tells them apart.
                int element = elements.merge(name, 1, Integer::sum) - 1;
                name = name.substring(0, name.length() - 2) + "." + element;
            }
            inputs.add(
                    new InputDescription(
                            name,
                            array.getDataType().name().toLowerCase(Locale.ROOT),
                            Arrays.stream(array.getShape().getShape()).boxed().toList()));
        }
        return inputs;
    }
}
