package io.rangefinder.examples.npz;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads all arrays of a file side by side, some rows at a time. */
public final class NpzBatches implements Closeable {

    private final NpzFile file;
    private final int size;
    private final List<Column> columns = new ArrayList<>();
    private long next;

    /** An array that is being read, and the bytes of one of its rows. */
    private record Column(
            NpzArray array, String name, long rowBytes, ReadableByteChannel channel) {}

    NpzBatches(NpzFile file, ZipFile zip, List<NpzFile.Entry> entries, int size, long mostBytes)
            throws IOException {
        if (size < 1) {
            throw new IllegalArgumentException("a batch needs at least 1 row, not " + size);
        }
        this.file = file;
        this.size = size;
        try {
            for (NpzFile.Entry entry : entries) {
                columns.add(column(zip, entry, mostBytes));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Column column(ZipFile zip, NpzFile.Entry entry, long mostBytes) throws IOException {
        NpzArray array = entry.array();
        long rowBytes = (entry.entry().getSize() - entry.headerBytes()) / file.rows();
        if (rowBytes > Integer.MAX_VALUE / Math.min(size, file.rows())) {
            throw new InvalidInputsException(
                    file.path(),
                    array.name(),
                    "has "
                            + rowBytes
                            + " bytes a sample, too many for batches of "
                            + size
                            + "; take a smaller batch size");
        }
        long batchBytes = rowBytes * Math.min(size, file.rows());
        if (batchBytes > mostBytes) {
            throw new InvalidInputsException(
                    file.path(),
                    array.name(),
                    "takes "
                            + batchBytes
                            + " bytes a batch, too many for this JVM; take a smaller batch size, or"
                            + " give it more memory with -Xmx");
        }
        try {
            InputStream in = zip.getInputStream(entry.entry());
            in.skipNBytes(entry.headerBytes());
            return new Column(array, entry.name(), rowBytes, Channels.newChannel(in));
        } catch (ZipException | EOFException e) {
            throw file.damaged(array.name());
        }
    }

    /**
     * Whether rows are left.
     *
     * @return true if {@link #next} has something to give
     */
    public boolean hasNext() {
        return next < file.rows();
    }

    /**
     * The row that the next batch begins with.
     *
     * @return a number from 0
     */
    public long position() {
        return next;
    }

    /**
     * Reads the next rows.
     *
     * @param manager owns the result
     * @return an array for each of the file's, in its order; the first axis is the batch
     * @throws InvalidInputsException if the file is damaged
     * @throws IOException if it cannot be read
     * @throws NoSuchElementException if no rows are left
     */
    public NDList next(NDManager manager) throws IOException {
        if (!hasNext()) {
            throw new NoSuchElementException("all " + file.rows() + " rows were read");
        }
        int rows = (int) Math.min(size, file.rows() - next);
        NDList batch = new NDList(columns.size());
        for (Column column : columns) {
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect((int) (rows * column.rowBytes()))
                            .order(ByteOrder.LITTLE_ENDIAN);
            read(column, bytes);
            long[] shape = column.array().shape().stream().mapToLong(Long::longValue).toArray();
            shape[0] = rows;
            NDArray array = manager.create(bytes, new Shape(shape), column.array().type());
            if (!column.name().isEmpty()) {
                array.setName(column.name());
            }
            batch.add(array);
        }
        next += rows;
        return batch;
    }

    private void read(Column column, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                if (column.channel().read(bytes) < 0) {
                    throw file.damaged(column.array().name());
                }
            }
        } catch (ZipException | EOFException e) {
            throw file.damaged(column.array().name());
        }
        bytes.rewind();
    }

    @Override
    public void close() throws IOException {
        for (Column column : columns) {
            column.channel().close();
        }
    }
}
