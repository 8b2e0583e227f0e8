package io.rangefinder.examples.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.examples.benchmark.TimedModel.Pass;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResNet50Test {

    @TempDir private Path folder;

    @Test
    void archiveIsAModelThatRuns() throws Exception {
        Path archive = folder.resolve("resnet50.pt");
        ResNet50.write(archive);
        try (Model model = Model.newInstance("resnet50", "PyTorch")) {
            model.load(archive);
            try (NDManager manager = model.getNDManager().newSubManager();
                    Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
                    NDList output =
                            predictor.predict(
                                    new NDList(manager.randomNormal(new Shape(1, 3, 64, 64))))) {
                assertEquals(new Shape(1, 1000), output.get(0).getShape());
                assertTrue(Float.isFinite(output.get(0).max().getFloat()));
            }
        }
    }

    @Test
    void ratioIsTheMedianOfNeighbours() {
        List<Pass> some = List.of(new Pass(2, 0), new Pass(40, 0), new Pass(4, 0));
        List<Pass> bare = List.of(new Pass(1, 0), new Pass(20, 0), new Pass(1, 0));
        assertEquals(2, CaptureBenchmark.Result.ratio(some, bare, Pass::wall));
        assertEquals(1.5, CaptureBenchmark.Result.median(List.of(2.0, 1.0)));
    }
}
