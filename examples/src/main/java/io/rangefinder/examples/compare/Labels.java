package io.rangefinder.examples.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.rangefinder.examples.npz.InvalidInputsException;
import io.rangefinder.examples.npz.NpzArray;
import io.rangefinder.examples.npz.NpzBatches;
import io.rangefinder.examples.npz.NpzFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.LongStream;

/** The right class of each sample, read beside the inputs. Not for use from several threads. */
final class Labels implements Closeable {

    private final Optional<NpzFile> file;
    private Optional<NpzBatches> batches = Optional.empty();

    private Labels(Optional<NpzFile> file) {
        this.file = file;
    }

    /**
     * Opens the labels of some inputs.
     *
     * @param path the file, if there is one
     * @param inputs the inputs
     */
    static Labels open(Optional<Path> path, NpzFile inputs) throws IOException {
        if (path.isEmpty()) {
            return new Labels(Optional.empty());
        }
        NpzFile file = NpzFile.open(path.get());
        NpzArray array = file.arrays().get(0);
        boolean whole = array.type().isInteger() || array.type() == DataType.UINT8;
        boolean fits = file.arrays().size() == 1 && array.shape().size() == 1 && whole;
        if (!fits || file.rows() != inputs.rows()) {
            file.close();
            throw new InvalidInputsException(
                    path.get(),
                    "must hold one array of "
                            + inputs.rows()
                            + " whole numbers, the right class of each input, but holds "
                            + file.arrays());
        }
        return new Labels(Optional.of(file));
    }

    /** The labels of the next samples, if there are any labels. */
    Optional<int[]> next(NDManager manager, int size) throws IOException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        if (batches.isEmpty()) {
            batches = Optional.of(file.get().batches(size));
        }
        try (NDArray labels = batches.get().next(manager).get(0);
                NDArray longs = labels.toType(DataType.INT64, true)) {
            return Optional.of(
                    LongStream.of(longs.toLongArray()).mapToInt(Math::toIntExact).toArray());
        }
    }

    @Override
    public void close() throws IOException {
        if (batches.isPresent()) {
            batches.get().close();
        }
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
