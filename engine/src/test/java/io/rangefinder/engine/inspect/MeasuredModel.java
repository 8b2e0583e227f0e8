package io.rangefinder.engine.inspect;

import ai.djl.ndarray.types.DataType;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.Fixture;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A float model and the ranges that its tensors have in ONNX Runtime on the fixture's inputs.
 *
 * @param model the exported model
 * @param ranges by tensor
 * @param zero the tensors that were zero throughout, or never finite, and so have no range
 */
record MeasuredModel(OnnxModel model, DynamicRanges ranges, Set<String> zero) {

    static MeasuredModel export(Path archive) throws Exception {
        Fixture fixture = Fixture.read(archive);
        OnnxModel model =
                ModelExporter.export(archive, fixture.inputs(), ExportOptions.DEFAULT).toOnnx();
        return of(model, fixture.batches().get(0));
    }

    static MeasuredModel of(OnnxModel model, Fixture.Batch batch) throws Exception {
        Map<String, Double> amax = new LinkedHashMap<>();
        byte[] open = model.withEveryTensorAsOutput().toBytes();
        try (OrtModel session = OrtModel.load(open, model.source(), Execution.UNOPTIMIZED, 1)) {
            List<NamedTensor> inputs = batch.inputsOf(session);
            inputs.forEach(t -> add(amax, t));
            session.run(inputs).forEach(t -> add(amax, t));
        }
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        Set<String> zero = new HashSet<>();
        amax.forEach(
                (name, a) -> {
                    if (a > 0) {
                        ranges.add(name, new DynamicRange(a));
                    } else {
                        zero.add(name);
                    }
                });
        return new MeasuredModel(model, ranges.build(), zero);
    }

    private static void add(Map<String, Double> amax, NamedTensor tensor) {
        if (tensor.type() != DataType.FLOAT32) {
            return;
        }
        double most = 0;
        for (float value : tensor.toFloats()) {
            most = Float.isFinite(value) ? Math.max(most, Math.abs(value)) : most;
        }
        amax.merge(tensor.name(), most, Math::max);
    }
}
