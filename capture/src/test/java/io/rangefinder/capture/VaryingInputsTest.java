package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What inputs were like from one forward pass to the next, and from one method to another. */
class VaryingInputsTest {

    private static final String METHODS =
            """
              def forward(self: __torch__.models.calls.Codec, x: Tensor) -> Tensor:
                down = self.down
                return (down).forward(x, )
              def decode(self: __torch__.models.calls.Codec, code: Tensor, gain: Tensor) -> Tensor:
                up = self.up
                return torch.mul((up).forward(code, ), gain)
              def again(self: __torch__.models.calls.Codec, x: Tensor) -> Tensor:
                return torch.add(x, 1)
            """;

    @TempDir Path folder;

    @Test
    void anAxisThatVariedIsKnownFromItsLeastToItsGreatestLength() throws Exception {
        Path file = CaptureModels.program(folder, METHODS, "");
        try (ZooModel<NDList, NDList> model = CaptureModels.load(file, "RangeCapture");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            for (long length : new long[] {16, 9, 12}) {
                predictor.predict(new NDList(manager.ones(new Shape(2, length, 4))));
            }
            Provenance seen = RangeCapture.of(model).statistics().provenance();
            InputDescription x =
                    new InputDescription("x", "float32", List.of(2L, 16L, 4L), List.of(2L, 9L, 4L));
            assertEquals(List.of(x), seen.inputs());
            assertEquals("[2, 9..16, 4]", x.axes());
            assertEquals(ModelCall.PLAIN, seen.call());

            Path ranges = folder.resolve("m.ranges");
            RangeCapture.of(model).write(ranges);
            assertTrue(
                    Files.readString(ranges).contains("\n# input: x float32 [2, 9..16, 4]\n"),
                    Files.readString(ranges));
            assertEquals(List.of(x), RangeFiles.read(ranges).provenance().inputs());
            Path statistics = folder.resolve("m.json");
            RangeCapture.of(model).write(statistics);
            assertEquals(List.of(x), StatisticsFile.read(statistics).provenance().inputs());
        }
    }

    @Test
    void aCallOfAnotherMethodLeavesForwardsInputs() throws Exception {
        Path file = CaptureModels.program(folder, METHODS, "");
        try (ZooModel<NDList, NDList> model = CaptureModels.load(file, "RangeCapture");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            predictor.predict(new NDList(manager.ones(new Shape(3, 4))));
            call(predictor, manager, "decode", new Shape(7, 2), new Shape(7, 1));

            ModelStatistics seen = RangeCapture.of(model).statistics();
            assertEquals(
                    List.of(new InputDescription("x", "float32", List.of(3L, 4L))),
                    seen.provenance().inputs());
            assertEquals(3, seen.provenance().samples());
            assertEquals(ModelCall.PLAIN, seen.provenance().call());
            assertEquals(7 * 4, seen.asMap().get("up").count());
        }
    }

    @Test
    void ifOnlyAnotherMethodIsCalledItsInputsAndItsNameAreKept() throws Exception {
        Path file = CaptureModels.program(folder, METHODS, "");
        try (ZooModel<NDList, NDList> model = CaptureModels.load(file, "RangeCapture");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            call(predictor, manager, "decode", new Shape(7, 2), new Shape(7, 1));

            Path ranges = folder.resolve("m.ranges");
            RangeCapture.of(model).write(ranges);
            Provenance seen = RangeFiles.read(ranges).provenance();
            assertEquals("decode", seen.call().method());
            assertEquals(
                    List.of("code", "gain"),
                    seen.inputs().stream().map(InputDescription::name).toList());
            assertEquals(7, seen.samples());
            Path statistics = folder.resolve("m.json");
            RangeCapture.of(model).write(statistics);
            assertEquals("decode", StatisticsFile.read(statistics).provenance().call().method());
        }
    }

    private static void call(
            Predictor<NDList, NDList> predictor, NDManager manager, String method, Shape... inputs)
            throws Exception {
        NDList list = new NDList();
        for (Shape shape : inputs) {
            list.add(manager.ones(shape));
        }
        NDArray marker = manager.create(0f);
        marker.setName("module_method:" + method);
        list.add(marker);
        predictor.predict(list);
    }
}
