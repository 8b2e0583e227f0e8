package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Modules that return dicts, lists and tuples of unions, as TorchScript types values of mixed
 * kinds, give what they give in the PyTorch engine, and the tensors in them are observed.
 */
class UnionTypesTest {

    private static final Path FOLDER = Path.of("src/test/resources/unions").toAbsolutePath();

    @Test
    void unionsOfTensorsNumbersNoneTextsAndContainers() throws Exception {
        Set<String> seen = seen("unions_scripted.pt");
        List<String> points =
                List.of("a[last]", "a[all][0]", "b[0]", "d[a][f]", "e", "f[0]", "f[1][0][t]");
        assertTrue(seen.containsAll(points), seen::toString);
    }

    @Test
    void aDictWithinADict() throws Exception {
        Set<String> seen = seen("nested_dict_scripted.pt");
        assertTrue(seen.contains("b[a][f]"), seen::toString);
    }

    private static Set<String> seen(String name) throws Exception {
        Path archive = FOLDER.resolve(name);
        try (ZooModel<NDList, NDList> plain = CaptureModels.load(archive, "PyTorch");
                ZooModel<NDList, NDList> hooked = CaptureModels.load(archive, "RangeCapture");
                Predictor<NDList, NDList> expected = plain.newPredictor();
                Predictor<NDList, NDList> actual = hooked.newPredictor();
                NDManager manager = plain.getNDManager().newSubManager()) {
            NDList input = new NDList(manager.arange(8f).reshape(new Shape(2, 4)));
            assertArrayEquals(
                    expected.predict(input).singletonOrThrow().toByteArray(),
                    actual.predict(input).singletonOrThrow().toByteArray());
            return RangeCapture.of(hooked).statistics().asMap().keySet();
        }
    }
}
