package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.fixtures.ExampleModels;
import io.rangefinder.engine.fixtures.FashionMnistSamples;
import io.rangefinder.engine.ladder.RungFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking the backend {@code onnxruntime} for a GPU, on a machine that need not have one. */
class OnnxRuntimeProviderTest {

    @TempDir static Path folder;

    @BeforeAll
    static void rangesBesideTheModel() throws Exception {
        Files.copy(Path.of("../examples/models/resnet.onnx"), folder.resolve("resnet.onnx"));
        RangeFiles.write(
                ExampleModels.minMax(ExampleModels.read("resnet")),
                folder.resolve("resnet.ranges"));
    }

    private static Criteria.Builder<NDList, NDList> criteria() {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve("resnet.onnx"))
                .optTranslator(new NoopTranslator())
                .optEngine("Int8")
                .optOption("backend", "onnxruntime")
                .optOption("cache", folder.resolve("cache").toString());
    }

    private static float[] logits(Criteria<NDList, NDList> criteria) throws Exception {
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            float[] images = FashionMnistSamples.calibration().values(0, 16);
            NDList input = new NDList(manager.create(images, new Shape(16, 1, 28, 28)));
            assertTrue(model.getProperty(Int8.PROPERTY_COVERAGE).contains("INT8"));
            return predictor.predict(input).get(0).toFloatArray();
        }
    }

    @Test
    void providerCpuIsTheCpuBitForBitWhateverTheDevice() throws Exception {
        float[] expected = logits(criteria().build());
        assertArrayEquals(expected, logits(criteria().optOption("provider", "cpu").build()));
        assertArrayEquals(
                expected,
                logits(criteria().optDevice(Device.gpu(0)).optOption("provider", "CPU").build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensorrt", "cuda"})
    void providerThatCannotRunIsNamedWithItsRungBeforeAnythingIsCompiled(String name) {
        Provider provider = Provider.named(name).orElseThrow();
        String problem = problem(provider);
        Path cache = folder.resolve("untouched " + name);
        Criteria<NDList, NDList> criteria =
                criteria().optOption("provider", name).optOption("cache", cache.toString()).build();
        Exception e = assertThrows(RungFailedException.class, criteria::loadModel);
        assertEquals(
                "ONNX Runtime's provider " + name + " cannot run here: " + problem, e.getMessage());
        assertFalse(Files.exists(cache));
    }

    @Test
    void gpuDeviceWithoutAGpuIsRefusedAndDoesNotFallToTheCpu() {
        String problem = problem(Provider.TENSORRT);
        problem(Provider.CUDA);
        Criteria<NDList, NDList> criteria = criteria().optDevice(Device.gpu(0)).build();
        Exception e = assertThrows(RungFailedException.class, criteria::loadModel);
        assertTrue(e.getMessage().endsWith(problem), e.getMessage());
    }

    private static String problem(Provider provider) {
        var problem = OnnxRuntimeGpu.here().ladder(provider, 0).problem();
        assumeTrue(problem.isPresent(), "a GPU is here");
        return problem.get();
    }

    @Test
    void unknownProviderNamesTheOnesThereAre() {
        Criteria<NDList, NDList> criteria = criteria().optOption("provider", "rocm").build();
        Exception e = assertThrows(IllegalArgumentException.class, criteria::loadModel);
        assertTrue(e.getMessage().contains("tensorrt, cuda, cpu"), e.getMessage());
    }

    /** What belongs to a GPU is read, too, where the CPU runs. */
    @Test
    void wordsThatAreNoFlagOrSizeAreRefused() {
        for (String[] option :
                new String[][] {{"fp16", "half"}, {"workspace", "much"}, {"workspace", "0"}}) {
            Criteria<NDList, NDList> criteria = criteria().optOption(option[0], option[1]).build();
            Exception e = assertThrows(IllegalArgumentException.class, criteria::loadModel);
            assertTrue(e.getMessage().startsWith("option " + option[0]), e.getMessage());
        }
    }
}
