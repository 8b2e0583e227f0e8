package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On all 10,000 test images of Fashion-MNIST: the same answers, and the same ranges. */
class BitExactTest {

    private static final int BATCH = 50;
    private static final int THREADS = 4;

    @ParameterizedTest
    @ValueSource(strings = {"resnet_traced.pt", "mobilenet_traced.pt", "vit_traced.pt"})
    void outputsAndRangesAreThoseOfPyTorchFromOneThreadAndFromFour(String file) throws Exception {
        FashionMnistImages images = FashionMnistImages.test();
        assertEquals(10_000, images.count());
        byte[] expected;
        try (ZooModel<NDList, NDList> model =
                CaptureModels.load(CaptureModels.example(file), "PyTorch")) {
            expected = logits(model, images, 1);
        }
        assertEquals(10_000 * 10 * Float.BYTES, expected.length);
        ModelStatistics alone;
        try (ZooModel<NDList, NDList> model =
                CaptureModels.load(CaptureModels.example(file), "RangeCapture")) {
            assertArrayEquals(expected, logits(model, images, 1));
            alone = RangeCapture.of(model).statistics();
        }
        try (ZooModel<NDList, NDList> model =
                CaptureModels.load(CaptureModels.example(file), "RangeCapture")) {
            assertArrayEquals(expected, logits(model, images, THREADS));
            ModelStatistics together = RangeCapture.of(model).statistics();
            assertEquals(alone.asMap(), together.asMap());
            assertEquals(
                    List.copyOf(alone.asMap().keySet()), List.copyOf(together.asMap().keySet()));
            assertEquals(10_000, together.provenance().samples());
        }
        Map<String, TensorStatistics> seen = alone.asMap();
        assertEquals(10_000 * 784, seen.get("x").count());
        assertEquals(10_000 * 10, seen.get("<root>").count());
    }

    /** The logits of all images in order; each thread has a predictor of its own. */
    private static byte[] logits(
            ZooModel<NDList, NDList> model, FashionMnistImages images, int threads)
            throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<byte[]>> parts = new ArrayList<>();
            int part = images.count() / threads;
            for (int t = 0; t < threads; t++) {
                int from = t * part;
                parts.add(() -> logits(model, images, from, from + part));
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Future<byte[]> done : pool.invokeAll(parts)) {
                all.writeBytes(done.get());
            }
            return all.toByteArray();
        } finally {
            pool.shutdownNow();
        }
    }

    private static byte[] logits(
            ZooModel<NDList, NDList> model, FashionMnistImages images, int from, int to)
            throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Predictor<NDList, NDList> predictor = model.newPredictor()) {
            for (int first = from; first < to; first += BATCH) {
                try (NDManager manager = model.getNDManager().newSubManager()) {
                    NDList input = new NDList(images.batch(manager, first, BATCH));
                    try (NDList output = predictor.predict(input)) {
                        all.writeBytes(output.singletonOrThrow().toByteArray());
                    }
                }
            }
        }
        return all.toByteArray();
    }
}
