package io.rangefinder.engine.export.graph;

import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.StoredTensor;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Value;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads tensors of an archive. An archive is untrusted: a tensor must lie within its storage, and
 * its storage be as long as it says. Not safe for use from several threads.
 */
public final class StorageReader {

    /** Tensors that repeat elements are not written out beyond this many bytes in all. */
    private static final long MAX_REPEATED = 64L << 20;

    /** Storages of more bytes are not packed tighter than weights can be. */
    private static final long MAX_FROM_LITTLE = 64L << 20;

    private static final long MAX_RATIO = 100;

    private static final int PIECE = 1 << 18;

    private final TorchScriptArchive archive;
    private final Set<StoredTensor> repeated = new HashSet<>();
    private long repeatedBytes;

    /**
     * A reader of an open archive.
     *
     * @param archive the archive
     */
    public StorageReader(TorchScriptArchive archive) {
        this.archive = archive;
    }

    /**
     * The archive's file, for messages.
     *
     * @return its path
     */
    public Path file() {
        return archive.file();
    }

    /**
     * The element type of a tensor.
     *
     * @param tensor a tensor of the archive
     * @param path its name, for messages
     * @return its type
     * @throws InvalidArchiveException if it is of a type that ONNX models don't hold, or does not
     *     lie within its storage
     */
    public ElementType check(StoredTensor tensor, String path) throws InvalidArchiveException {
        ElementType type =
                ElementType.ofStorage(tensor.storageType())
                        .orElseThrow(
                                () ->
                                        new InvalidArchiveException(
                                                archive.file()
                                                        + ": tensor "
                                                        + path
                                                        + " is of type "
                                                        + tensor.storageType()
                                                        + ", which can't be exported; convert it in"
                                                        + " the model"));
        if (type.isComplex()) {
            check(parts(tensor, path), path);
            return type;
        }
        try {
            long last = tensor.offset();
            boolean empty = false;
            Math.multiplyExact(tensor.elements(), type.bytes());
            if (tensor.offset() < 0) {
                throw bad(path, "begins before its storage " + tensor.key());
            }
            for (int i = 0; i < tensor.shape().size(); i++) {
                long length = tensor.shape().get(i);
                long stride = tensor.strides().get(i);
                if (length < 0 || stride < 0) {
                    throw bad(path, "has a negative shape or stride");
                }
                empty |= length == 0;
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, length - 1), stride));
            }
            long bytes = Math.multiplyExact(count(tensor.shape()), type.inGraph().bytes());
            if (!empty && last >= tensor.elements()) {
                throw bad(path, "reaches beyond its storage " + tensor.key());
            }
            boolean repeats = count(tensor.shape()) > tensor.elements();
            long span = (last - tensor.offset() + 1) * type.bytes();
            if (Math.max(bytes, empty ? 0 : span) > Integer.MAX_VALUE - 16) {
                throw bad(path, "has " + bytes + " bytes, more than one tensor may");
            }
            if (repeats) {
                checkRepeated(tensor, path, bytes);
            }
            checkPacked(tensor, path, empty ? 0 : span);
        } catch (ArithmeticException | IndexOutOfBoundsException e) {
            throw impossible(tensor, path, e);
        }
        return type;
    }

    /**
     * The real and the imaginary parts of complex numbers, as a last axis of two real ones.
     *
     * @param tensor a tensor that passed {@link #check}
     * @param path its name, for messages
     * @return the view of the same storage; the tensor itself if it is not complex
     * @throws InvalidArchiveException if its shape is impossible
     */
    public StoredTensor parts(StoredTensor tensor, String path) throws InvalidArchiveException {
        ElementType type = ElementType.ofStorage(tensor.storageType()).orElseThrow();
        if (!type.isComplex()) {
            return tensor;
        }
        try {
            List<Long> shape = new ArrayList<>(tensor.shape());
            shape.add(2L);
            List<Long> strides = new ArrayList<>();
            for (long stride : tensor.strides()) {
                strides.add(Math.multiplyExact(stride, 2));
            }
            strides.add(1L);
            return new StoredTensor(
                    type.part().storage(),
                    tensor.key(),
                    Math.multiplyExact(tensor.elements(), 2),
                    Math.multiplyExact(tensor.offset(), 2),
                    List.copyOf(shape),
                    List.copyOf(strides));
        } catch (ArithmeticException e) {
            throw impossible(tensor, path, e);
        }
    }

    private InvalidArchiveException impossible(
            StoredTensor tensor, String path, RuntimeException cause) {
        return new InvalidArchiveException(
                archive.file() + ": tensor " + path + " has an impossible shape " + tensor, cause);
    }

    private void checkRepeated(StoredTensor tensor, String path, long bytes)
            throws InvalidArchiveException {
        repeatedBytes += repeated.add(tensor) ? bytes : 0;
        if (repeatedBytes > MAX_REPEATED) {
            throw bad(
                    path,
                    "has "
                            + bytes
                            + " bytes, more than tensors that repeat the elements of a smaller"
                            + " storage may");
        }
    }

    /** PyTorch does not pack storages. Others may, but weights hardly get smaller. */
    private void checkPacked(StoredTensor tensor, String path, long bytes)
            throws InvalidArchiveException {
        long packed = archive.packedBytes(tensor).orElse(Long.MAX_VALUE);
        if (bytes > MAX_FROM_LITTLE && bytes / MAX_RATIO > packed) {
            throw bad(
                    path,
                    "has "
                            + bytes
                            + " bytes, of which the archive holds "
                            + packed
                            + ": it is packed as no weight can be");
        }
    }

    /**
     * Reads a tensor.
     *
     * @param tensor a tensor that passed {@link #check}
     * @param path its name, for messages
     * @return its elements, the last axis fastest, little-endian
     * @throws InvalidArchiveException if its storage is shorter than it says
     * @throws IOException if the archive can't be read
     */
    public byte[] read(StoredTensor tensor, String path)
            throws IOException, InvalidArchiveException {
        int size = check(tensor, path).bytes();
        int count = Math.toIntExact(count(tensor.shape()));
        if (count == 0) {
            return new byte[0];
        }
        long span = 1;
        for (int i = 0; i < tensor.shape().size(); i++) {
            span += (tensor.shape().get(i) - 1) * tensor.strides().get(i);
        }
        int wanted = Math.toIntExact(Math.multiplyExact(span, size));
        byte[] bytes;
        try (InputStream in = archive.storage(tensor)) {
            in.skipNBytes(tensor.offset() * size);
            // At once where the archive is as long; it may lie.
            boolean there = archive.packedBytes(tensor).orElse(0L) >= wanted;
            bytes = there ? new byte[wanted] : in.readNBytes(wanted);
            int read = there ? in.readNBytes(bytes, 0, wanted) : bytes.length;
            if (read < wanted) {
                throw new EOFException();
            }
        } catch (EOFException e) {
            throw cutShort(tensor, path);
        }
        return isContiguous(tensor) ? bytes : gather(bytes, tensor, size, count);
    }

    /**
     * Writes what {@link #read} gives, in pieces if its elements lie in order.
     *
     * @param tensor a tensor that passed {@link #check}
     * @param path its name, for messages
     * @param out where to
     * @throws InvalidArchiveException as {@link #read} does
     * @throws IOException if the archive can't be read, or the stream not be written
     */
    void copy(StoredTensor tensor, String path, OutputStream out)
            throws IOException, InvalidArchiveException {
        int size = check(tensor, path).bytes();
        long left = Math.multiplyExact(count(tensor.shape()), size);
        if (!isContiguous(tensor) || left <= PIECE) {
            out.write(read(tensor, path));
            return;
        }
        byte[] piece = new byte[PIECE];
        try (InputStream in = archive.storage(tensor)) {
            in.skipNBytes(tensor.offset() * size);
            while (left > 0) {
                int read = in.readNBytes(piece, 0, (int) Math.min(PIECE, left));
                if (read == 0) {
                    throw new EOFException();
                }
                out.write(piece, 0, read);
                left -= read;
            }
        } catch (EOFException e) {
            throw cutShort(tensor, path);
        }
    }

    private InvalidArchiveException cutShort(StoredTensor tensor, String path) {
        return bad(path, "is cut short: its storage " + tensor.key() + " is too small");
    }

    /**
     * Reads a tensor of few elements.
     *
     * @param tensor a tensor of the archive
     * @param path its name, for messages
     * @return its elements, the last axis fastest; of complex ones the real part and the imaginary
     *     one by turns
     * @throws InvalidArchiveException as {@link #read} does
     * @throws IOException if the archive can't be read
     */
    public List<Value.Scalar> elements(StoredTensor tensor, String path)
            throws IOException, InvalidArchiveException {
        ElementType type = check(tensor, path);
        return Elements.read(type.part(), read(parts(tensor, path), path));
    }

    /** Whether the elements lie in order without gaps. */
    static boolean isContiguous(StoredTensor tensor) {
        long expected = 1;
        for (int i = tensor.shape().size() - 1; i >= 0; i--) {
            if (tensor.shape().get(i) != 1 && tensor.strides().get(i) != expected) {
                return false;
            }
            expected *= tensor.shape().get(i);
        }
        return true;
    }

    private static byte[] gather(byte[] bytes, StoredTensor tensor, int size, int count) {
        int rank = tensor.shape().size();
        int[] shape = tensor.shape().stream().mapToInt(Math::toIntExact).toArray();
        int[] strides =
                tensor.strides().stream().mapToInt(s -> Math.toIntExact(s * size)).toArray();
        int[] index = new int[rank];
        byte[] result = new byte[count * size];
        int from = 0;
        for (int to = 0; to < result.length; to += size) {
            System.arraycopy(bytes, from, result, to, size);
            for (int axis = rank - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return result;
    }

    private static long count(List<Long> shape) {
        long count = 1;
        for (long length : shape) {
            count = Math.multiplyExact(count, length);
        }
        return count;
    }

    private InvalidArchiveException bad(String path, String problem) {
        return new InvalidArchiveException(
                archive.file() + ": tensor " + path + " " + problem + "; do not trust this file");
    }
}
