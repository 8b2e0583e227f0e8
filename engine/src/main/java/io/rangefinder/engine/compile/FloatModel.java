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
import java.util.List;
import java.util.Locale;
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
        return TorchScriptExporter.export(archive, inputs, ExportOptions.DEFAULT).toOnnx();
    }

    private static List<InputDescription> describe(NDList example) {
        List<InputDescription> inputs = new ArrayList<>();
        for (NDArray array : example) {
            inputs.add(
                    new InputDescription(
                            array.getName() == null ? "" : array.getName(),
                            array.getDataType().name().toLowerCase(Locale.ROOT),
                            Arrays.stream(array.getShape().getShape()).boxed().toList()));
        }
        return inputs;
    }
}
