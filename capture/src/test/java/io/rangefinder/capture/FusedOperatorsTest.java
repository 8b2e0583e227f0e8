package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What PyTorch's fused operators compute inside has points, whose ranges are those of the formulas
 * ({@code src/test/python/fused.py}); outputs still are the operators' own.
 */
class FusedOperatorsTest {

    private static final Path FOLDER = Path.of("src/test/resources/fused").toAbsolutePath();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "post_relu_traced",
                "pre_gelu_scripted",
                "padded_traced",
                "nested_traced",
                "attention_scripted",
                "attention_padded_traced"
            })
    void layersInsideHaveRanges(String name) throws Exception {
        Path archive = FOLDER.resolve(name + ".pt");
        try (ZooModel<NDList, NDList> plain = CaptureModels.load(archive, "PyTorch");
                ZooModel<NDList, NDList> hooked = CaptureModels.load(archive, "RangeCapture");
                Predictor<NDList, NDList> expected = plain.newPredictor();
                Predictor<NDList, NDList> actual = hooked.newPredictor();
                NDManager manager = plain.getNDManager().newSubManager();
                InputStream in = Files.newInputStream(FOLDER.resolve(name + ".npz"))) {
            NDList arrays = NDList.decode(manager, in);
            NDList inputs = starting(arrays, "in.");
            NDList outputs = starting(arrays, "out.");
            NDList ranges = starting(arrays, "range.");
            // A name with a dot would be a dict's key.
            inputs.forEach(input -> input.setName(null));
            NDList given = expected.predict(inputs);
            NDList observed = actual.predict(inputs);
            assertEquals(given.size(), observed.size());
            for (int i = 0; i < given.size(); i++) {
                assertArrayEquals(given.get(i).toByteArray(), observed.get(i).toByteArray());
            }
            assertTrue(outputs.get(0).allClose(observed.get(0), 1e-4, 1e-4, false));

            Map<String, TensorStatistics> seen = RangeCapture.of(hooked).statistics().asMap();
            assertTrue(ranges.size() >= 5);
            for (NDArray range : ranges) {
                String point = range.getName().substring("range.".length());
                assertTrue(seen.containsKey(point), () -> point + " is not in " + seen.keySet());
                double[] bounds = range.toDoubleArray();
                assertEquals(bounds[0], seen.get(point).min(), 1e-4, point);
                assertEquals(bounds[1], seen.get(point).max(), 1e-4, point);
            }
        }
    }

    private static NDList starting(NDList arrays, String prefix) {
        NDList chosen = new NDList();
        arrays.stream().filter(a -> a.getName().startsWith(prefix)).forEach(chosen::add);
        return chosen;
    }
}
