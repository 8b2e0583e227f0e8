package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PyTorch can't load is said in a line with the file, the reason and the remedy. */
class LoadFailureTest {

    private static final Path FOLDER = Path.of("src/test/resources/refused").toAbsolutePath();

    @ParameterizedTest
    @CsvSource({
        "newer.pt, aten::_upsample_lanczos2d_aa",
        "optimized.pt, optimize_for_inference",
        "version.pt, version 99 of the format",
        "keyword.pt, arguments that DJL's PyTorch does not know",
        "extension.pt, __torch__.torch.classes.tensorrt.Engine"
    })
    void theReasonAndTheRemedyAreSaid(String name, String said) {
        Path file = FOLDER.resolve(name);
        EngineException thrown =
                assertThrows(EngineException.class, () -> CaptureModels.load(file, "RangeCapture"));
        assertTrue(thrown.getMessage().startsWith(file + " can't be loaded: "));
        assertTrue(thrown.getMessage().contains(said), thrown.getMessage());
        assertEquals(1, thrown.getMessage().lines().count());
    }

    @ParameterizedTest
    @CsvSource({
        "cuda.pt, false",
        "cuda.pt, true",
        "mps.pt, false",
        "moved.pt, false",
        "moved.pt, true"
    })
    void whatWasSavedOnAnotherDeviceRunsOnTheCpu(String name, boolean mapped) throws Exception {
        Criteria.Builder<NDList, NDList> criteria =
                CaptureModels.criteria(FOLDER.resolve(name), "RangeCapture")
                        .optDevice(Device.cpu());
        if (mapped) {
            criteria.optOption("mapLocation", "true");
        }
        try (ZooModel<NDList, NDList> model = criteria.build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager();
                InputStream in = Files.newInputStream(FOLDER.resolve("device.npz"))) {
            NDList told = NDList.decode(manager, in);
            NDArray x = told.get("x");
            x.setName(null);
            NDArray y = predictor.predict(new NDList(x)).get(0);
            assertTrue(y.allClose(told.get("y"), 1e-6, 1e-6, false), y::toString);
            assertEquals(12, RangeCapture.of(model).statistics().asMap().get("linear").count());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "none.pt; the output features, which may be None",
                "keyed.pt; its output, a dict whose keys are no texts",
                "listed.pt; the output [1], a dict whose values are no tensors"
            })
    void anOutputThatDjlDoesNotTakeIsNamed(String name, String output) throws Exception {
        Path file = FOLDER.resolve(name);
        try (ZooModel<NDList, NDList> model = CaptureModels.load(file, "RangeCapture");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList inputs = new NDList(manager.ones(new Shape(3, 4)));
            TranslateException thrown =
                    assertThrows(TranslateException.class, () -> predictor.predict(inputs));
            String message = thrown.getCause().getMessage();
            assertTrue(
                    message.startsWith("forward of " + file + " gives " + output + ", but DJL"),
                    message);
            assertTrue(message.contains("wrap the model"), message);
        }
    }
}
