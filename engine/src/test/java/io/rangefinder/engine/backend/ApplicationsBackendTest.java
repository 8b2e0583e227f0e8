package io.rangefinder.engine.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.Int8Translator;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.ModelAndRanges;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.ladder.Ladder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link PyTorchBackend} and its line in {@code META-INF/services} are all that there is of it. */
class ApplicationsBackendTest {

    private static final Path MODEL = Path.of("../examples/models/resnet_traced.pt");

    @TempDir static Path folder;

    @BeforeAll
    static void ranges() throws Exception {
        RangeFiles.write(
                ExampleModels.minMax(ExampleModels.read("resnet")),
                folder.resolve("resnet.ranges"));
    }

    private static Criteria.Builder<NDList, NDList> criteria(String engine) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(MODEL)
                .optTranslator(new NoopTranslator())
                .optEngine(engine);
    }

    private static Criteria.Builder<NDList, NDList> own() {
        return criteria(Int8.ENGINE)
                .optTranslator(new Int8Translator<>(new NoopTranslator()))
                .optOption("backend", "PyTorch")
                .optOption("ranges", folder.resolve("resnet.ranges").toString());
    }

    private static float[] logits(ZooModel<NDList, NDList> model) throws Exception {
        try (Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            float[] images = FashionMnistSamples.calibration().values(0, 4);
            NDList input = new NDList(manager.create(images, new Shape(4, 1, 28, 28)));
            return predictor.predict(input).get(0).toFloatArray();
        }
    }

    @Test
    void runsWhereItIsNamed() throws Exception {
        try (ZooModel<NDList, NDList> expected = criteria("PyTorch").build().loadModel();
                ZooModel<NDList, NDList> model = own().build().loadModel()) {
            assertArrayEquals(logits(expected), logits(model));
            String coverage = model.getProperty(Int8.PROPERTY_COVERAGE);
            assertTrue(coverage.endsWith(" ranges, all in float"), coverage);
        }
    }

    @Test
    void readsOptionsOfItsOwn() throws Exception {
        try (ZooModel<NDList, NDList> model =
                own().optOption("remark", "true").build().loadModel()) {
            String coverage = model.getProperty(Int8.PROPERTY_COVERAGE);
            assertTrue(coverage.endsWith("as was asked for"), coverage);
        }
        assertEquals(List.of(), Backends.here().unknownOptions(Map.of("remark", "true")));
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> own().optOption("remark", "perhaps").build().loadModel());
        assertEquals("option remark must be true or false but is perhaps", e.getMessage());
    }

    @Test
    void isNobodysDefault() {
        BackendChoice chosen = Backends.here().choose(Backends.here().read(Map.of(), Device.cpu()));
        assertFalse(chosen.backend() instanceof PyTorchBackend);
        assertEquals(
                List.of("tensorrt", "onnxruntime", "simulate", "pytorch"), Backends.here().ids());
    }

    @Test
    void aNameThatIsTakenStaysAsItWas() {
        Backend other =
                new Backend() {
                    @Override
                    public String id() {
                        return "Simulate";
                    }

                    @Override
                    public Ladder ladder(int gpu) {
                        throw new AssertionError("nobody asks it");
                    }

                    @Override
                    public LoadedModel load(ModelAndRanges model, Request request) {
                        throw new AssertionError("nobody loads it");
                    }
                };
        Backend here = Backends.here().named("simulate");
        Backends backends =
                new Backends(here::ladder, (p, gpu) -> here.ladder(gpu), List.of(other));
        assertFalse(backends.all().contains(other));
        assertEquals("simulate", backends.named("simulate").id());
    }
}
