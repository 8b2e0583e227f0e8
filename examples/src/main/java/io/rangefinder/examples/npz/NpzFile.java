package io.rangefinder.examples.npz;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A NumPy {@code .npz}: a zip of {@code .npy}, one for each input of a model, in the model's order.
 * Opening reads headers only, and checks that each fits the size of its entry. Not for use from
 * several threads.
 */
public final class NpzFile implements Closeable {

    private static final String EXTENSION = ".npy";

    /** A model with more inputs is a mistake. */
    private static final int MAX_ARRAYS = 1024;

    private final Path path;
    private final ZipFile zip;
    private final List<Entry> entries = new ArrayList<>();

    /** An array, where it is, and the name that an NDArray of it gets, empty for none. */
    record Entry(NpzArray array, ZipEntry entry, long headerBytes, String name) {

        Entry(NpzArray array, ZipEntry entry, long headerBytes) {
            this(array, entry, headerBytes, "");
        }

        Entry named(String other) {
            return new Entry(array, entry, headerBytes, other);
        }
    }

    private NpzFile(Path path, ZipFile zip) {
        this.path = path;
        this.zip = zip;
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @return the file, to be closed
     * @throws InvalidInputsException if it is no {@code .npz}, or its arrays cannot be inputs:
     *     none, of unequal or no length, of types without a counterpart in PyTorch, or not of the
     *     size that they claim
     * @throws IOException if it cannot be read
     */
    public static NpzFile open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new InvalidInputsException(path, "is not a file; name an .npz");
        }
        // Tells a file that may not be read from one that is no zip.
        Files.newInputStream(path).close();
        ZipFile zip;
        try {
            zip = new ZipFile(path.toFile());
        } catch (ZipException | EOFException e) {
            throw new InvalidInputsException(
                    path,
                    "is not a whole .npz (a zip of arrays); write it with numpy.savez(file,"
                            + " first_input, …)");
        }
        NpzFile file = new NpzFile(path, zip);
        try {
            file.readHeaders();
            return file;
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private void readHeaders() throws IOException {
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (!entry.getName().endsWith(EXTENSION)) {
                throw new InvalidInputsException(
                        path,
                        "holds the entry "
                                + printable(entry.getName())
                                + ", which is no array; write it with numpy.savez(file,"
                                + " first_input, …)");
            }
            if (entries.size() == MAX_ARRAYS) {
                throw new InvalidInputsException(path, "holds more than 1024 arrays");
            }
            entries.add(entry(entry));
        }
        if (entries.isEmpty()) {
            throw new InvalidInputsException(
                    path, "holds no array; write it with numpy.savez(file, first_input, …)");
        }
        requireEqualLengths();
    }

    private Entry entry(ZipEntry entry) throws IOException {
        String file = printable(entry.getName());
        String name = file.substring(0, file.length() - EXTENSION.length());
        try (InputStream in = zip.getInputStream(entry)) {
            NpyHeader header = NpyHeader.read(in);
            if (header.fileBytes() != entry.getSize()) {
                throw new NpyHeader.Malformed(
                        "says "
                                + header.type()
                                + " "
                                + header.shape()
                                + ", which takes "
                                + header.fileBytes()
                                + " bytes, but has "
                                + entry.getSize()
                                + "; write the file again");
            }
            if (header.shape().isEmpty()) {
                throw new NpyHeader.Malformed(
                        "is a single number; its first axis must be the sample axis");
            }
            return new Entry(
                    new NpzArray(name, header.type(), header.shape()), entry, header.length());
        } catch (NpyHeader.Malformed e) {
            throw new InvalidInputsException(path, name, e.getMessage());
        } catch (ZipException | EOFException e) {
            throw damaged(name);
        }
    }

    private void requireEqualLengths() throws InvalidInputsException {
        NpzArray first = entries.get(0).array();
        for (Entry entry : entries) {
            NpzArray array = entry.array();
            if (array.shape().contains(0L)) {
                throw new InvalidInputsException(
                        path, array.name(), "is empty: " + array.shape() + "; give some inputs");
            }
            if (!array.shape().get(0).equals(first.shape().get(0))) {
                throw new InvalidInputsException(
                        path,
                        array.name(),
                        "has "
                                + array.shape().get(0)
                                + " samples, but "
                                + first.name()
                                + " has "
                                + first.shape().get(0)
                                + "; the first axis is the sample axis and must be equally long"
                                + " in all arrays");
            }
        }
    }

    InvalidInputsException damaged(String array) {
        return new InvalidInputsException(
                path, array, "is damaged and cannot be unpacked; write the file again");
    }

    private static String printable(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 80
                ? printable
                : printable.substring(0, 40) + "…" + printable.substring(printable.length() - 20);
    }

    /**
     * The path that was opened.
     *
     * @return the path
     */
    public Path path() {
        return path;
    }

    /**
     * The arrays, in the order of the file.
     *
     * @return at least one
     */
    public List<NpzArray> arrays() {
        return entries.stream().map(Entry::array).toList();
    }

    /**
     * The same file with its arrays in another order.
     *
     * @param order for each place, the array's place in this file
     * @param names for each place, the name that NDArrays of it get, empty for none
     * @return the file, which closes with this one
     */
    public NpzFile inOrder(List<Integer> order, List<String> names) {
        NpzFile file = new NpzFile(path, zip);
        for (int i = 0; i < order.size(); i++) {
            file.entries.add(entries.get(order.get(i)).named(names.get(i)));
        }
        return file;
    }

    /**
     * The number of samples.
     *
     * @return the length of the first axis of every array, 1 or more
     */
    public long rows() {
        return entries.get(0).array().shape().get(0);
    }

    /**
     * Reads the arrays from their beginning.
     *
     * @param size samples in a batch, 1 or more; the last batch may hold fewer
     * @return the batches, to be closed
     * @throws InvalidInputsException if a batch is too large for one buffer
     * @throws IOException if the file cannot be read
     */
    public NpzBatches batches(int size) throws IOException {
        return batches(size, Runtime.getRuntime().maxMemory() / 2);
    }

    /** The same with a bound on the bytes of an array's batch, for which memory must be left. */
    NpzBatches batches(int size, long mostBytes) throws IOException {
        return new NpzBatches(this, zip, List.copyOf(entries), size, mostBytes);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
