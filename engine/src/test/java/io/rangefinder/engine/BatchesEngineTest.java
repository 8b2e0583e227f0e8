package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
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
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.compare.Comparison;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.session.UnsuitableInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches and outputs of the engine Int8, against the PyTorch engine on the same model. */
class BatchesEngineTest {

    private static final Path MODELS = Path.of("src/test/resources/batches").toAbsolutePath();

    @TempDir static Path folder;

    /** What was captured has to have the range of what is asked, whichever tests ran before. */
    @BeforeEach
    void drawTheSameNumbers() {
        Engine.getEngine("PyTorch").setRandomSeed(1);
    }

    @BeforeAll
    static void capture() throws Exception {
        capture("across-rows", DataType.FLOAT32, new Shape(4, 6));
        capture("time-first", DataType.FLOAT32, new Shape(4, 1, 8, 12));
        capture("dict-outputs", DataType.INT64, new Shape(4, 12));
    }

    private static void capture(String name, DataType type, Shape shape) throws Exception {
        Files.copy(MODELS.resolve(name + ".pt"), folder.resolve(name + ".pt"));
        Criteria<NDList, NDList> criteria =
                criteria(name, "RangeCapture")
                        .optOption("ranges", folder.resolve(name + ".ranges").toString())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            for (int i = 0; i < 8; i++) {
                predictor.predict(inputs(model.getNDManager(), type, shape)).close();
            }
        }
    }

    private static Criteria.Builder<NDList, NDList> criteria(String name, String engine) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve(name + ".pt"))
                .optEngine(engine);
    }

    private static NDList inputs(NDManager manager, DataType type, Shape shape) {
        return new NDList(
                type == DataType.INT64
                        ? manager.randomUniform(0, 20, shape).toType(type, false)
                        : manager.randomNormal(shape));
    }

    private static ZooModel<NDList, NDList> int8(String name, String backend) throws Exception {
        return criteria(name, Int8.ENGINE)
                .optOption("backend", backend)
                .optOption("cache", folder.resolve("cache").toString())
                .build()
                .loadModel();
    }

    @ParameterizedTest
    @CsvSource({"2, simulate", "6, simulate", "8, onnxruntime"})
    void aModelThatMixesRowsTakesOnlyTheBatchItWasCapturedWith(int batch, String backend)
            throws Exception {
        try (ZooModel<NDList, NDList> model = int8("across-rows", backend);
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList other = inputs(manager, DataType.FLOAT32, new Shape(batch, 6));
            TranslateException e =
                    assertThrows(TranslateException.class, () -> predictor.predict(other));
            assertEquals(UnsuitableInputException.class, e.getCause().getClass());
            String message = e.getCause().getMessage();
            assertTrue(message.contains("batches of exactly 4"), message);
            assertTrue(message.contains("Reshape"), message);
            assertTrue(message.contains("__torch__.py:12"), message);
        }
        compare("across-rows", backend, DataType.FLOAT32, new Shape(4, 6));
    }

    @ParameterizedTest
    @CsvSource({"1, simulate", "3, simulate", "4, onnxruntime", "8, simulate", "9, onnxruntime"})
    void timeFirstOutputsHaveTheBatchSecond(int batch, String backend) throws Exception {
        compare("time-first", backend, DataType.FLOAT32, new Shape(batch, 1, 8, 12));
    }

    @ParameterizedTest
    @CsvSource({"simulate", "onnxruntime"})
    void outputsOfADictHaveItsKeysAndThePyTorchEnginesOrder(String backend) throws Exception {
        compare("dict-outputs", backend, DataType.INT64, new Shape(8, 12));
    }

    /** Same names, order and shapes, and values that are INT8's of the same. */
    private static void compare(String name, String backend, DataType type, Shape shape)
            throws Exception {
        try (ZooModel<NDList, NDList> reference = criteria(name, "PyTorch").build().loadModel();
                Predictor<NDList, NDList> floats = reference.newPredictor();
                ZooModel<NDList, NDList> model = int8(name, backend);
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = reference.getNDManager().newSubManager()) {
            NDList inputs = inputs(manager, type, shape);
            NDList expected = floats.predict(inputs);
            NDList actual = predictor.predict(inputs);
            assertEquals(expected.size(), actual.size());
            for (int i = 0; i < expected.size(); i++) {
                NDArray e = expected.get(i);
                NDArray a = actual.get(i);
                assertTrue(Objects.equals(e.getName(), a.getName()), a::getName);
                assertEquals(e.getShape(), a.getShape());
                Comparison comparison = new Comparison();
                comparison.addValues(e.toFloatArray(), a.toFloatArray());
                assertTrue(comparison.sqnr() > 15, () -> "sqnr " + comparison.sqnr());
            }
        }
    }

    @Test
    void aBatchWithoutSamplesIsRefusedInWords() throws Exception {
        try (ZooModel<NDList, NDList> model = int8("time-first", "simulate");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList none = new NDList(manager.create(new Shape(0, 1, 8, 12)));
            TranslateException e =
                    assertThrows(TranslateException.class, () -> predictor.predict(none));
            assertTrue(e.getCause().getMessage().contains("no sample"), e.getCause()::getMessage);
        }
    }

    @ParameterizedTest
    @CsvSource({"dict-input, simulate, d.user, d.item", "tuple-input, onnxruntime, st(), st()"})
    void inputsWithinADictOrATupleGoAsTheyDoToPyTorch(
            String name, String backend, String first, String second) throws Exception {
        Files.copy(MODELS.resolve(name + ".pt"), folder.resolve(name + ".pt"));
        Criteria<NDList, NDList> capture =
                criteria(name, "RangeCapture")
                        .optOption("ranges", folder.resolve(name + ".ranges").toString())
                        .build();
        try (ZooModel<NDList, NDList> model = capture.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            for (int i = 0; i < 8; i++) {
                predictor.predict(nested(model.getNDManager(), 4, name, first, second)).close();
            }
        }
        try (ZooModel<NDList, NDList> reference = criteria(name, "PyTorch").build().loadModel();
                Predictor<NDList, NDList> floats = reference.newPredictor();
                ZooModel<NDList, NDList> model = int8(name, backend);
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = reference.getNDManager().newSubManager()) {
            NDList inputs = nested(manager, 7, name, first, second);
            NDList expected = floats.predict(inputs);
            NDList actual = predictor.predict(inputs);
            assertEquals(expected.size(), actual.size());
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.get(i).getShape(), actual.get(i).getShape());
                Comparison comparison = new Comparison();
                comparison.addValues(expected.get(i).toFloatArray(), actual.get(i).toFloatArray());
                assertTrue(comparison.sqnr() > 15, () -> "sqnr " + comparison.sqnr());
            }
        }
    }

    private static NDList nested(
            NDManager manager, int batch, String name, String first, String second) {
        boolean dict = name.startsWith("dict");
        NDArray a = manager.randomNormal(new Shape(batch, dict ? 4 : 8));
        NDArray b = manager.randomNormal(new Shape(batch, dict ? 6 : 8));
        a.setName(first);
        b.setName(second);
        return dict
                ? new NDList(a, b)
                : new NDList(manager.randomNormal(new Shape(batch, 4)), a, b);
    }

    @Test
    void anArgumentThatIsANumberIsNamedWithTheRemedy() {
        MalformedModelException e =
                assertThrows(
                        MalformedModelException.class,
                        () ->
                                ModelExporter.export(
                                        MODELS.resolve("int-argument.pt"),
                                        List.of(
                                                new InputDescription(
                                                        "x", "float32", List.of(8L, 8L))),
                                        ExportOptions.DEFAULT));
        assertTrue(e.getMessage().contains("rate, which is of type int"), e.getMessage());
        assertTrue(e.getMessage().contains("wrap the model"), e.getMessage());
    }
}
