package io.rangefinder.capture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Fashion-MNIST's images in its own gzip IDX format, normalized as the models were trained. */
public final class FashionMnistImages {

    private static final Path FOLDER = Path.of("../examples/data/fashion-mnist");

    private final byte[] pixels;
    private final int count;

    private FashionMnistImages(byte[] pixels, int count) {
        this.pixels = pixels;
        this.count = count;
    }

    public static FashionMnistImages calibration() throws IOException {
        return images("calibration-images-idx3-ubyte.gz");
    }

    public static FashionMnistImages test() throws IOException {
        return images("t10k-images-idx3-ubyte.gz");
    }

    private static FashionMnistImages images(String name) throws IOException {
        try (DataInputStream in =
                new DataInputStream(
                        new GZIPInputStream(Files.newInputStream(FOLDER.resolve(name))))) {
            if (in.readInt() != 0x803) {
                throw new IOException(name + " holds no images");
            }
            int count = in.readInt();
            int size = in.readInt() * in.readInt();
            return new FashionMnistImages(in.readNBytes(count * size), count);
        }
    }

    public int count() {
        return count;
    }

    /** Images from, from + 1, …, as float32 of shape (n, 1, 28, 28). */
    public NDArray batch(NDManager manager, int from, int n) {
        float[] values = new float[n * 784];
        for (int i = 0; i < values.length; i++) {
            // The order of operations is that of the fixtures: float32 throughout.
            values[i] = ((pixels[from * 784 + i] & 0xff) / 255f - 0.2860f) / 0.3530f;
        }
        return manager.create(values, new Shape(n, 1, 28, 28));
    }
}
