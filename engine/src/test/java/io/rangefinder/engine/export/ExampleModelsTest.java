package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.onnx.HookNames;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three trained networks, traced and scripted, on real images. */
class ExampleModelsTest {

    private static final Path MODELS = Path.of("../examples/models").toAbsolutePath().normalize();
    private static final int CLASSES = 10;
    private static final double LEAST_DB = 100;

    /** Of so many images in small batches, which take long. */
    private static final int SOME = 2000;

    private static OnnxModel export(String archive) throws Exception {
        InputDescription images = new InputDescription("x", "float32", List.of(4L, 1L, 28L, 28L));
        return ModelExporter.export(
                        MODELS.resolve(archive + ".pt"), List.of(images), ExportOptions.DEFAULT)
                .toOnnx();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resnet_traced",
                "resnet_scripted",
                "mobilenet_traced",
                "mobilenet_scripted",
                "vit_traced",
                "vit_scripted"
            })
    void oneFileGivesPyTorchsAnswersInBatchesOfAnyLength(String archive) throws Exception {
        FashionMnistSamples images = FashionMnistSamples.test();
        float[] expected = pyTorch(archive, images);
        OnnxModel model = export(archive);
        try (OrtModel session =
                OrtModel.load(model.toBytes(), model.source(), Execution.INTEGER, 1)) {
            for (int batch : new int[] {32, 7, 1}) {
                int some = batch == 32 ? images.size() : SOME;
                float[] wanted = Arrays.copyOf(expected, some * CLASSES);
                float[] actual = new float[wanted.length];
                for (int from = 0; from < some; from += batch) {
                    int to = Math.min(some, from + batch);
                    NamedTensor input = images.batch(from, to);
                    NamedTensor named = Fixture.renamed(input, session.inputs().get(0).name());
                    float[] logits = session.run(List.of(named)).get(0).toFloats();
                    System.arraycopy(logits, 0, actual, from * CLASSES, logits.length);
                }
                double db = sqnr(wanted, actual);
                assertTrue(db >= LEAST_DB, () -> db + " dB in batches of " + batch);
                assertArrayEquals(top1(wanted), top1(actual));
            }
        }
    }

    private static float[] pyTorch(String archive, FashionMnistSamples images) throws Exception {
        float[] logits = new float[images.size() * CLASSES];
        try (Model model = Model.newInstance(archive, "PyTorch")) {
            model.load(MODELS.resolve(archive + ".pt"), null, Map.of());
            try (Predictor<NDList, NDList> predictor =
                            model.newPredictor(new NoopTranslator(null));
                    NDManager manager = model.getNDManager().newSubManager()) {
                for (int from = 0; from < images.size(); from += 100) {
                    NDList batch =
                            new NDList(
                                    manager.create(
                                            images.values(from, 100), new Shape(100, 1, 28, 28)));
                    float[] some = predictor.predict(batch).get(0).toFloatArray();
                    System.arraycopy(some, 0, logits, from * CLASSES, some.length);
                    batch.close();
                }
            }
        }
        return logits;
    }

    private static double sqnr(float[] expected, float[] actual) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.length; i++) {
            signal += (double) expected[i] * expected[i];
            noise += Math.pow((double) expected[i] - actual[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }

    private static int[] top1(float[] logits) {
        int[] classes = new int[logits.length / CLASSES];
        for (int i = 0; i < logits.length; i++) {
            int best = classes[i / CLASSES] + i / CLASSES * CLASSES;
            if (logits[i] > logits[best]) {
                classes[i / CLASSES] = i % CLASSES;
            }
        }
        return classes;
    }

    /** What PyTorch's own hooks recorded for a layer is the range of the tensor of its name. */
    @ParameterizedTest
    @ValueSource(strings = {"resnet", "mobilenet", "vit"})
    void tensorsHaveTheRangesThatPyTorchsHooksRecorded(String name) throws Exception {
        JsonObject recorded =
                JsonParser.parseString(Files.readString(MODELS.resolve(name + ".hook-ranges.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("ranges");
        for (String kind : List.of("_traced", "_scripted")) {
            OnnxModel model = export(name + kind);
            Map<String, float[]> ranges = ranges(model);
            Map<String, String> tensors = new HashMap<>();
            ranges.keySet().forEach(t -> tensors.put(t, t));
            var names = HookNames.of(model).orElseThrow();
            names.tensors().forEach((tensor, hooks) -> hooks.forEach(h -> tensors.put(h, tensor)));
            List<String> compared = new ArrayList<>();
            for (Map.Entry<String, JsonElement> entry : recorded.entrySet()) {
                String hook = entry.getKey();
                if (hook.equals("<input>")) {
                    continue;
                }
                if (names.withoutTensor().contains(hook)) {
                    // Its batch norm was folded into it.
                    assertTrue(hook.matches(".*(conv|downsample|features).*"), hook);
                    continue;
                }
                JsonArray range = entry.getValue().getAsJsonArray();
                float[] found = ranges.get(tensors.get(hook));
                assertNotNull(found, hook);
                double slack = 1e-4 * Math.max(1, Math.abs(range.get(1).getAsDouble()));
                assertEquals(range.get(0).getAsDouble(), found[0], slack, hook);
                assertEquals(range.get(1).getAsDouble(), found[1], slack, hook);
                compared.add(hook);
            }
            assertTrue(compared.size() > recorded.size() / 2, compared::toString);
        }
    }

    private static Map<String, float[]> ranges(OnnxModel model) throws Exception {
        FashionMnistSamples images = FashionMnistSamples.calibration();
        Map<String, float[]> ranges = new HashMap<>();
        byte[] open = model.withEveryTensorAsOutput().toBytes();
        try (OrtModel session = OrtModel.load(open, model.source(), Execution.UNOPTIMIZED, 1)) {
            for (int from = 0; from < images.size(); from += 32) {
                NamedTensor input = images.batch(from, from + 32);
                NamedTensor named = Fixture.renamed(input, session.inputs().get(0).name());
                for (NamedTensor tensor : session.run(List.of(named))) {
                    if (tensor.type() == DataType.FLOAT32) {
                        float[] range =
                                ranges.computeIfAbsent(
                                        tensor.name(),
                                        n ->
                                                new float[] {
                                                    Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
                                                });
                        for (float value : tensor.toFloats()) {
                            range[0] = Math.min(range[0], value);
                            range[1] = Math.max(range[1], value);
                        }
                    }
                }
            }
        }
        return ranges;
    }
}
