package io.rangefinder.examples.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {

    @TempDir private Path folder;

    @Test
    void testSetHoldsAThousandImagesOfEachKind() throws IOException {
        FashionMnist test = FashionMnist.test(FashionMnist.defaultFolder());
        assertEquals(10_000, test.count());
        for (int kind = 0; kind < 10; kind++) {
            int wanted = kind;
            assertEquals(
                    1000,
                    IntStream.range(0, test.count()).filter(i -> test.label(i) == wanted).count());
        }
    }

    @Test
    void imagesAreNormalized() throws IOException {
        FashionMnist images = FashionMnist.calibration(FashionMnist.defaultFolder());
        assertEquals(512, images.count());
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            NDArray batch = images.batch(manager, 500, 12);
            assertEquals(new Shape(12, 1, 28, 28), batch.getShape());
            assertEquals((0f - 0.2860f) / 0.3530f, batch.min().getFloat());
            assertEquals((1f - 0.2860f) / 0.3530f, batch.max().getFloat());
            assertThrows(IndexOutOfBoundsException.class, () -> images.batch(manager, 510, 3));
        }
    }

    @Test
    void missingAndDamagedFilesAreNamed() throws IOException {
        assertThrows(NoSuchFileException.class, () -> FashionMnist.test(folder));
        for (String name :
                new String[] {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}) {
            byte[] whole = Files.readAllBytes(FashionMnist.defaultFolder().resolve(name));
            Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length / 2));
        }
        IOException e = assertThrows(IOException.class, () -> FashionMnist.test(folder));
        assertTrue(e.getMessage().contains("t10k-images-idx3-ubyte.gz is damaged"));
    }
}
