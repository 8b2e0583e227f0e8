package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.rangefinder.engine.compare.Comparison;
import io.rangefinder.engine.session.UnsuitableInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs of several lengths in the engine Int8, against the PyTorch engine on the same model. */
class LengthsEngineTest {

    private static final Path MODELS = Path.of("src/test/resources/lengths").toAbsolutePath();

    @TempDir Path folder;

    /** What was captured has to have the range of what is asked, whichever tests ran before. */
    @BeforeEach
    void drawTheSameNumbers() {
        Engine.getEngine("PyTorch").setRandomSeed(1);
    }

    private Criteria.Builder<NDList, NDList> criteria(String name, String engine) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve(name + ".pt"))
                .optEngine(engine);
    }

    private void capture(String name, Shapes shapes, long... lengths) throws Exception {
        Files.copy(MODELS.resolve(name + ".pt"), folder.resolve(name + ".pt"));
        Criteria<NDList, NDList> criteria =
                criteria(name, "RangeCapture")
                        .optOption("ranges", folder.resolve(name + ".ranges").toString())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            for (long length : lengths) {
                predictor.predict(shapes.inputs(model.getNDManager(), 4, length)).close();
            }
        }
    }

    private ZooModel<NDList, NDList> int8(String name, String backend) throws Exception {
        return criteria(name, Int8.ENGINE)
                .optOption("backend", backend)
                .optOption("cache", folder.resolve("cache").toString())
                .build()
                .loadModel();
    }

    private interface Shapes {
        NDList inputs(NDManager manager, long batch, long length);
    }

    private static NDList text(NDManager manager, long batch, long length) {
        Shape shape = new Shape(batch, length);
        return new NDList(
                manager.randomUniform(0, 20, shape).toType(DataType.INT64, false),
                manager.ones(shape, DataType.INT64));
    }

    private static NDList image(NDManager manager, long batch, long length) {
        return new NDList(manager.randomNormal(new Shape(batch, 3, length, length + 8)));
    }

    private static NDList frames(NDManager manager, long batch, long length) {
        return new NDList(manager.randomNormal(new Shape(batch, length, 4)));
    }

    @ParameterizedTest
    @CsvSource({
        "pooled_scripted, simulate",
        "attention_traced, simulate",
        "attention_traced, onnxruntime"
    })
    void textOfEveryLengthRuns(String name, String backend) throws Exception {
        capture(name, LengthsEngineTest::text, 16, 12, 9);
        compare(name, backend, LengthsEngineTest::text, 16, 9, 13, 20);
    }

    @ParameterizedTest
    @CsvSource({"unet_traced, simulate", "pooling_scripted, onnxruntime"})
    void imagesOfEverySizeRun(String name, String backend) throws Exception {
        capture(name, LengthsEngineTest::image, 24, 16, 32);
        compare(name, backend, LengthsEngineTest::image, 16, 24, 32, 40);
    }

    private void compare(String name, String backend, Shapes shapes, long... lengths)
            throws Exception {
        try (ZooModel<NDList, NDList> reference = criteria(name, "PyTorch").build().loadModel();
                Predictor<NDList, NDList> floats = reference.newPredictor();
                ZooModel<NDList, NDList> model = int8(name, backend);
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = reference.getNDManager().newSubManager()) {
            for (long length : lengths) {
                for (long batch : new long[] {1, 3}) {
                    NDList inputs = shapes.inputs(manager, batch, length);
                    NDArray expected = floats.predict(inputs).singletonOrThrow();
                    NDArray actual = predictor.predict(inputs).singletonOrThrow();
                    assertEquals(expected.getShape(), actual.getShape());
                    Comparison comparison = new Comparison();
                    comparison.addValues(expected.toFloatArray(), actual.toFloatArray());
                    assertTrue(
                            comparison.sqnr() > 15,
                            () -> inputs.getShapes()[0] + ": sqnr " + comparison.sqnr());
                }
            }
        }
    }

    @Test
    void lengthsThatTheModelIsNotExportedForAreRefusedWithTheRemedy() throws Exception {
        capture("unet_traced", LengthsEngineTest::image, 24, 16, 32);
        capture("truncated_scripted", LengthsEngineTest::frames, 16, 12, 9);
        capture("unrolled_scripted", LengthsEngineTest::frames, 16, 12, 9);
        assertEquals(
                "axis 2 of input x has length 18, but the model takes multiples of 4 from 4: for"
                        + " others what it computes is not what was exported; pad to one of these,"
                        + " or capture and export the model with this length, too",
                refusal("unet_traced", LengthsEngineTest::image, 18));
        assertEquals(
                "axis 1 of input x has length 24, but the model takes from 1 to 20: for others what"
                        + " it computes is not what was exported; pad to one of these, or capture"
                        + " and export the model with this length, too",
                refusal("truncated_scripted", LengthsEngineTest::frames, 24));
        String fixed = refusal("unrolled_scripted", LengthsEngineTest::frames, 9);
        assertTrue(fixed.contains("pad the input to 16"), fixed);
    }

    private String refusal(String name, Shapes shapes, long length) throws Exception {
        try (ZooModel<NDList, NDList> model = int8(name, "simulate");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList inputs = shapes.inputs(manager, 2, length);
            TranslateException e =
                    assertThrows(TranslateException.class, () -> predictor.predict(inputs));
            assertEquals(UnsuitableInputException.class, e.getCause().getClass());
            return e.getCause().getMessage();
        }
    }
}
