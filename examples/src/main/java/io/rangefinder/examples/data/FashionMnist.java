package io.rangefinder.examples.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Images and labels of Fashion-MNIST: 28 by 28 pixels, ten kinds of clothes. Immutable, hence safe
 * from any thread.
 *
 * @see <a href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST</a>
 */
public final class FashionMnist {

    /** The height and the width of an image, in pixels. */
    public static final int SIDE = 28;

    /** The mean and the standard deviation that the models' training normalized with. */
    private static final float MEAN = 0.2860f;

    private static final float DEVIATION = 0.3530f;

    /** First numbers of an IDX file: unsigned bytes with three axes and with one. */
    private static final int IMAGES = 0x803;

    private static final int LABELS = 0x801;

    /** The whole training set is 60 000 images. */
    private static final int MAX_COUNT = 1_000_000;

    private final byte[] pixels;
    private final byte[] labels;

    private FashionMnist(byte[] pixels, byte[] labels) {
        this.pixels = pixels;
        this.labels = labels;
    }

    /**
     * The folder of the data, from the project's root or from the module's.
     *
     * @return the first of them that exists, or the one from the root
     */
    public static Path defaultFolder() {
        Path fromRoot = Path.of("examples", "data", "fashion-mnist");
        return List.of(fromRoot, Path.of("data", "fashion-mnist")).stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(fromRoot);
    }

    /**
     * Reads the 512 images for calibration, which are of the training set.
     *
     * @param folder the folder with the {@code .gz} files
     * @return images and labels
     * @throws IOException if a file is missing or is not what its name says
     */
    public static FashionMnist calibration(Path folder) throws IOException {
        return read(folder, "calibration");
    }

    /**
     * Reads the 10 000 test images.
     *
     * @param folder the folder with the {@code .gz} files
     * @return images and labels
     * @throws IOException if a file is missing or is not what its name says
     */
    public static FashionMnist test(Path folder) throws IOException {
        return read(folder, "t10k");
    }

    private static FashionMnist read(Path folder, String part) throws IOException {
        Path images = folder.resolve(part + "-images-idx3-ubyte.gz");
        byte[] pixels = idx(images, IMAGES);
        byte[] labels = idx(folder.resolve(part + "-labels-idx1-ubyte.gz"), LABELS);
        if (pixels.length != labels.length * SIDE * SIDE) {
            throw new IOException(
                    images + " has another number of images than labels; get both files again");
        }
        return new FashionMnist(pixels, labels);
    }

    private static byte[] idx(Path file, int kind) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (DataInputStream in =
                new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
            int found = in.readInt();
            int count = in.readInt();
            boolean square = kind == LABELS || (in.readInt() == SIDE && in.readInt() == SIDE);
            if (found != kind || !square || count < 0 || count > MAX_COUNT) {
                throw new IOException(file + " is not an IDX file of Fashion-MNIST; get it again");
            }
            int bytes = kind == LABELS ? count : count * SIDE * SIDE;
            byte[] content = in.readNBytes(bytes);
            if (content.length < bytes) {
                throw new EOFException();
            }
            return content;
        } catch (EOFException | ZipException e) {
            throw new IOException(file + " is damaged or ends too early; get it again", e);
        }
    }

    /**
     * The number of images.
     *
     * @return how many there are
     */
    public int count() {
        return labels.length;
    }

    /**
     * The kind of clothes that an image shows.
     *
     * @param image its number, from 0
     * @return a number from 0 to 9
     */
    public int label(int image) {
        return labels[image];
    }

    /**
     * Images in a row, normalized: {@code (pixel / 255 - 0.2860) / 0.3530} in float32.
     *
     * @param manager owns the result
     * @param from the first image's number
     * @param count how many
     * @return float32 of shape (count, 1, 28, 28)
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public NDArray batch(NDManager manager, int from, int count) {
        Objects.checkFromIndexSize(from, count, count());
        float[] values = new float[count * SIDE * SIDE];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((pixels[from * SIDE * SIDE + i] & 0xff) / 255f - MEAN) / DEVIATION;
        }
        return manager.create(values, new Shape(count, 1, SIDE, SIDE));
    }
}
