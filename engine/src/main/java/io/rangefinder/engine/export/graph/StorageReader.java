package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads weights of a source. A source is untrusted: a weight must lie within its storage, and its
 * storage be as long as it says. Not safe for use from several threads.
 */
public final class StorageReader {

    /** Tensors that repeat elements are not written out beyond this many bytes in all. */
    private static final long MAX_REPEATED = 64L << 20;

    private static final int PIECE = 1 << 18;

    private final WeightStore store;
    private final Set<WeightView> repeated = new HashSet<>();
    private long repeatedBytes;

    /**
     * A reader of a store.
     *
     * @param store where the weights are
     */
    public StorageReader(WeightStore store) {
        this.store = store;
    }

    /**
     * What messages call the source.
     *
     * @return its name
     */
    public String name() {
        return store.name();
    }

    /**
     * Checks that a weight is where its view says.
     *
     * @param tensor the view
     * @param path its name, for messages
     * @return its element type
     * @throws MalformedModelException if it does not lie within its storage
     */
    public ElementType check(WeightView tensor, String path) throws MalformedModelException {
        ElementType type = tensor.type();
        if (type.isComplex()) {
            check(parts(tensor, path), path);
            return type;
        }
        try {
            long last = tensor.offset();
            boolean empty = false;
            Math.multiplyExact(tensor.elements(), type.bytes());
            if (tensor.offset() < 0) {
                throw bad(path, "begins before its storage " + tensor.storage());
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
                throw bad(path, "reaches beyond its storage " + tensor.storage());
            }
            boolean repeats = count(tensor.shape()) > tensor.elements();
            long span = (last - tensor.offset() + 1) * type.bytes();
            if (Math.max(bytes, empty ? 0 : span) > Integer.MAX_VALUE - 16) {
                throw bad(path, "has " + bytes + " bytes, more than one tensor may");
            }
            if (repeats) {
                checkRepeated(tensor, path, bytes);
            }
            Optional<String> implausible = store.implausible(tensor, empty ? 0 : span);
            if (implausible.isPresent()) {
                throw bad(path, implausible.get());
            }
        } catch (ArithmeticException | IndexOutOfBoundsException e) {
            throw impossible(tensor, path, e);
        }
        return type;
    }

    /**
     * The real and the imaginary parts of complex numbers, as a last axis of two real ones.
     *
     * @param tensor a view that passed {@link #check}
     * @param path its name, for messages
     * @return the view of the same storage; the tensor itself if it is not complex
     * @throws MalformedModelException if its shape is impossible
     */
    public WeightView parts(WeightView tensor, String path) throws MalformedModelException {
        ElementType type = tensor.type();
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
            return new WeightView(
                    type.part(),
                    tensor.storage(),
                    Math.multiplyExact(tensor.elements(), 2),
                    Math.multiplyExact(tensor.offset(), 2),
                    List.copyOf(shape),
                    List.copyOf(strides));
        } catch (ArithmeticException e) {
            throw impossible(tensor, path, e);
        }
    }

    private MalformedModelException impossible(
            WeightView tensor, String path, RuntimeException cause) {
        MalformedModelException e =
                store.refusal(
                        store.name() + ": tensor " + path + " has an impossible shape " + tensor);
        e.initCause(cause);
        return e;
    }

    private void checkRepeated(WeightView tensor, String path, long bytes)
            throws MalformedModelException {
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

    /**
     * Reads a weight.
     *
     * @param tensor a view that passed {@link #check}
     * @param path its name, for messages
     * @return its elements, the last axis fastest, little-endian
     * @throws MalformedModelException if its storage is shorter than it says
     * @throws IOException if the source can't be read
     */
    public byte[] read(WeightView tensor, String path) throws IOException, MalformedModelException {
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
        try (InputStream in = store.open(tensor)) {
            in.skipNBytes(tensor.offset() * size);
            // At once where that much is there; it may lie.
            boolean there = store.held(tensor) >= wanted;
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
     * @param tensor a view that passed {@link #check}
     * @param path its name, for messages
     * @param out where to
     * @throws MalformedModelException as {@link #read} does
     * @throws IOException if the source can't be read, or the stream not be written
     */
    void copy(WeightView tensor, String path, OutputStream out)
            throws IOException, MalformedModelException {
        int size = check(tensor, path).bytes();
        long left = Math.multiplyExact(count(tensor.shape()), size);
        if (!isContiguous(tensor) || left <= PIECE) {
            out.write(read(tensor, path));
            return;
        }
        byte[] piece = new byte[PIECE];
        try (InputStream in = store.open(tensor)) {
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

    private MalformedModelException cutShort(WeightView tensor, String path) {
        return bad(path, "is cut short: its storage " + tensor.storage() + " is too small");
    }

    /**
     * Reads a weight of few elements.
     *
     * @param tensor a view
     * @param path its name, for messages
     * @return its elements, the last axis fastest; of complex ones the real part and the imaginary
     *     one by turns
     * @throws MalformedModelException as {@link #read} does
     * @throws IOException if the source can't be read
     */
    public List<Value.Scalar> elements(WeightView tensor, String path)
            throws IOException, MalformedModelException {
        ElementType type = check(tensor, path);
        return Elements.read(type.part(), read(parts(tensor, path), path));
    }

    /** Whether the elements lie in order without gaps. */
    static boolean isContiguous(WeightView tensor) {
        long expected = 1;
        for (int i = tensor.shape().size() - 1; i >= 0; i--) {
            if (tensor.shape().get(i) != 1 && tensor.strides().get(i) != expected) {
                return false;
            }
            expected *= tensor.shape().get(i);
        }
        return true;
    }

    private static byte[] gather(byte[] bytes, WeightView tensor, int size, int count) {
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

    private MalformedModelException bad(String path, String problem) {
        return store.refusal(
                store.name() + ": tensor " + path + " " + problem + "; do not trust this file");
    }
}
