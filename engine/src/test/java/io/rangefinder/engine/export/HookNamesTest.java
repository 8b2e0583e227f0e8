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
        return Fixture.archives().stream()
                .filter(a -> !a.getFileName().toString().startsWith("refused_"))
                .map(a -> DynamicTest.dynamicTest(a.getFileName().toString(), () -> compare(a)));
    }

    private static void compare(Path archive) throws Exception {
        Fixture fixture = Fixture.read(archive);
        OnnxModel model =
                TorchScriptExporter.export(archive, fixture.inputs(), ExportOptions.DEFAULT)
                        .toOnnx();
        Map<String, TensorStatistics> captured = capture(fixture);
        Matching matching = TensorMatcher.byName(model, captured.keySet());
        assertEquals(Set.of(), matching.hooksWithoutTensor());
        Map<String, float[]> tensors = run(model, fixture.batches().get(0));
        List<String> wrong = new ArrayList<>();
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
                                compare(hooks.get(0), captured, tensors.get(tensor), wrong);
                            }
                        });
        assertEquals(List.of(), wrong);
    }

    private static void compare(
            String hook, Map<String, TensorStatistics> captured, float[] values, List<String> out) {
        TensorStatistics seen = captured.get(hook);
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            if (Float.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        double slack = 1e-4 * Math.max(1, Math.max(Math.abs(min), Math.abs(max)));
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
            Map<String, TensorStatistics> all =
                    new HashMap<>(RangeCapture.of(model).statistics().asMap());
            // What these inputs did not reach has no tensor.
            all.values().removeIf(statistics -> statistics.count() == 0);
            return all;
        }
    }

    private static Map<String, float[]> run(OnnxModel model, Fixture.Batch batch) throws Exception {
        Map<String, float[]> tensors = new HashMap<>();
        byte[] open = model.withEveryTensorAsOutput().toBytes();
        try (OrtModel session = OrtModel.load(open, model.source(), Execution.UNOPTIMIZED, 1)) {
            List<NamedTensor> inputs = new ArrayList<>();
            for (int i = 0; i < session.inputs().size(); i++) {
                NamedTensor input = batch.inputs().get(i);
                inputs.add(
                        new NamedTensor(
                                session.inputs().get(i).name(),
                                input.type(),
                                input.shape(),
                                input.data()));
            }
            for (NamedTensor tensor : session.run(inputs)) {
                if (tensor.type() == DataType.FLOAT32) {
                    tensors.put(tensor.name(), tensor.toFloats());
                }
            }
        }
        return tensors;
    }
}
