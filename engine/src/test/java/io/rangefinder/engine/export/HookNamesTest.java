package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.statistics.TensorStatistics;
import io.rangefinder.engine.match.Matching;
import io.rangefinder.engine.match.TensorMatcher;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What is captured of an archive applies to its ONNX: no captured point is without a tensor, unless
 * the model says so, and the tensor of a point has the values that the hook saw.
 */
class HookNamesTest {

    @TestFactory
    Stream<DynamicTest> everyCapturedPointIsATensorOfItsName() throws IOException {
        return Fixture.exportable(13).stream()
                .map(a -> DynamicTest.dynamicTest(a.getFileName().toString(), () -> compare(a)));
    }

    private static void compare(Path archive) throws Exception {
        Fixture fixture = Fixture.read(archive);
        OnnxModel model =
                ModelExporter.export(archive, fixture.inputs(), ExportOptions.DEFAULT).toOnnx();
        Map<String, TensorStatistics> captured = capture(fixture);
        Matching matching = TensorMatcher.byName(model, captured.keySet());
        assertEquals(Set.of(), matching.hooksWithoutTensor());
        if (archive.getFileName().toString().startsWith("transformer_nested_padded")) {
            // Hooks see nested tensors without the padding that the ONNX's tensors have.
            return;
        }
        Map<String, float[]> tensors = run(model, fixture.batches().get(0));
        List<String> wrong = new ArrayList<>();
        // PyTorch rounds to 8 bits what is computed here with 24.
        boolean coarse = archive.getFileName().toString().startsWith("bfloat16");
        double tolerance = coarse ? 2e-2 : 1e-4;
        matching.hooks()
                .forEach(
                        (tensor, hooks) -> {
                            // Of several tensors of a loop, each is a part of what the hook saw.
                            boolean alone =
                                    matching.hooks().values().stream()
                                                    .filter(h -> h.contains(hooks.get(0)))
                                                    .count()
                                            == 1;
                            if (alone && tensors.containsKey(tensor)) {
                                TensorStatistics seen = captured.get(hooks.get(0));
                                compare(hooks.get(0), seen, tensors.get(tensor), tolerance, wrong);
                            }
                        });
        assertEquals(List.of(), wrong);
    }

    private static void compare(
            String hook,
            TensorStatistics seen,
            float[] values,
            double tolerance,
            List<String> out) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            if (Float.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        double slack = tolerance * Math.max(1, Math.max(Math.abs(min), Math.abs(max)));
        if (seen.count() < values.length) {
            // A nested tensor, which is padded here.
            min = Math.max(min, seen.min());
            max = Math.min(max, seen.max());
        }
        boolean same =
                seen.min() == min && seen.max() == max
                        || Math.abs(seen.min() - min) <= slack
                                && Math.abs(seen.max() - max) <= slack;
        if (!same) {
            out.add(
                    hook
                            + ": hook "
                            + seen.min()
                            + " to "
                            + seen.max()
                            + ", "
                            + min
                            + " to "
                            + max);
        }
    }

    private static Map<String, TensorStatistics> capture(Fixture fixture) throws Exception {
        try (Model model = Model.newInstance("captured", RangeCapture.ENGINE)) {
            model.load(fixture.archive(), null, Map.of());
            try (Predictor<NDList, NDList> predictor =
                            model.newPredictor(new NoopTranslator(null));
                    NDManager manager = model.getNDManager().newSubManager()) {
                NDList inputs = new NDList();
                for (NamedTensor input : fixture.batches().get(0).inputs()) {
                    NDArray array =
                            manager.create(input.data().duplicate(), input.shape(), input.type());
                    array.setName(input.name());
                    inputs.add(array);
                }
                predictor.predict(inputs);
            }
            Map<String, TensorStatistics> seen =
                    new LinkedHashMap<>(RangeCapture.of(model).statistics().asMap());
            // Points of branches that did not run have no range.
            seen.values().removeIf(s -> s.count() == 0);
            return seen;
        }
    }

    private static Map<String, float[]> run(OnnxModel model, Fixture.Batch batch) throws Exception {
        Map<String, float[]> tensors = new HashMap<>();
        byte[] open = model.withEveryTensorAsOutput().toBytes();
        try (OrtModel session = OrtModel.load(open, model.source(), Execution.UNOPTIMIZED, 1)) {
            for (NamedTensor tensor : session.run(batch.inputsOf(session))) {
                if (tensor.type() == DataType.FLOAT32) {
                    tensors.put(tensor.name(), tensor.toFloats());
                }
            }
        }
        return tensors;
    }
}
