package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PyTorch's own register_forward_hook recorded on the eager model is what we record. */
class HookRangesTest {

    private static final Path MODELS = Path.of("../examples/models");

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
    void everyEntryEqualsWhatPyTorchHooksRecorded(String archive) throws Exception {
        FashionMnistImages images = FashionMnistImages.calibration();
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(MODELS.resolve(archive + ".pt").toAbsolutePath().normalize())
                        .optTranslator(new NoopTranslator())
                        .optEngine("RangeCapture")
                        .build();
        ModelStatistics statistics;
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            for (int from = 0; from < images.count(); from += 32) {
                predictor.predict(new NDList(images.batch(manager, from, 32)));
            }
            statistics = RangeCapture.of(model).statistics();
        }
        assertEquals(512, statistics.provenance().samples());
        JsonObject expected =
                JsonParser.parseString(
                                Files.readString(
                                        MODELS.resolve(
                                                archive.split("_")[0] + ".hook-ranges.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("ranges");
        for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
            String name = entry.getKey().equals("<input>") ? "x" : entry.getKey();
            TensorStatistics seen =
                    statistics
                            .get(name)
                            .orElseThrow(() -> new AssertionError("no point named " + name));
            JsonArray range = entry.getValue().getAsJsonArray();
            assertClose(range.get(0).getAsDouble(), seen.min(), name);
            assertClose(range.get(1).getAsDouble(), seen.max(), name);
        }
        assertTrue(expected.size() > 20);
    }

    private static void assertClose(double expected, double actual, String name) {
        assertEquals(expected, actual, 1e-5 * Math.abs(expected), name);
    }
}
