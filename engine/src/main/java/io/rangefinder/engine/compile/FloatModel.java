package io.rangefinder.engine.compile;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.TorchScriptExporter;
import io.rangefinder.engine.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The float ONNX of an archive. */
final class FloatModel {

    private FloatModel() {}

    /** Exports an archive for its example inputs, or else for those that the ranges tell of. */
    static OnnxModel export(Path archive, DynamicRanges ranges, Optional<NDList> example)
            throws IOException, MalformedModelException {
        List<InputDescription> inputs =
                example.map(FloatModel::describe).orElse(ranges.provenance().inputs());
        if (inputs.isEmpty()) {
            throw new UnsuitableRangesException(
                    "the ranges do not tell what inputs "
                            + archive
                            + " takes, so that it can't be exported; give example inputs, or ranges"
                            + " in the .ranges format");
        }
        return TorchScriptExporter.export(
                        archive, inputs, ExportOptions.DEFAULT.withCall(ranges.provenance().call()))
                .toOnnx();
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
