package io.rangefinder.examples.npz;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The header of an {@code .npy}: {@code \x93NUMPY}, two bytes of version, the length of a Python
 * dict in little-endian (2 bytes in version 1, 4 since), and that dict.
 *
 * @param type the type of the elements
 * @param shape the axes
 * @param length bytes of the header, after which the elements come
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy</a>
 */
record NpyHeader(DataType type, List<Long> shape, long length) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /** NumPy itself reads no more without being told to. */
    private static final int MAX_LENGTH = 10_000;

    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");

    /** Numbers with commas between them; NumPy knows at most 64 axes. */
    private static final Pattern SHAPE =
            Pattern.compile(
                    "'shape'\\s*+:\\s*+\\(\\s*+"
                            + "((?:\\d{1,18}+\\s*+,\\s*+){0,64}+(?:\\d{1,18}+\\s*+)?+)\\)");

    private static final Map<String, DataType> TYPES =
            Map.of(
                    "<f2", DataType.FLOAT16,
                    "<f4", DataType.FLOAT32,
                    "<f8", DataType.FLOAT64,
                    "|i1", DataType.INT8,
                    "<i4", DataType.INT32,
                    "<i8", DataType.INT64,
                    "|u1", DataType.UINT8,
                    "|b1", DataType.BOOLEAN);

    /** What is wrong with a header, for a message that names file and array. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1;

        Malformed(String problem) {
            super(problem);
        }
    }

    static NpyHeader read(InputStream in) throws IOException, Malformed {
        byte[] head = in.readNBytes(MAGIC.length + 2);
        if (head.length < MAGIC.length + 2 || !Arrays.equals(head, 0, 6, MAGIC, 0, 6)) {
            throw new Malformed("is not in NumPy's .npy format; write it with numpy.savez");
        }
        int major = head[6];
        if (major < 1 || major > 3) {
            throw new Malformed("is of .npy version " + major + ", but 1 to 3 can be read");
        }
        byte[] length = in.readNBytes(major == 1 ? 2 : 4);
        if (length.length < (major == 1 ? 2 : 4)) {
            throw new Malformed("ends within its header; write it again");
        }
        long size = 0;
        for (int i = length.length - 1; i >= 0; i--) {
            size = size << 8 | (length[i] & 0xff);
        }
        if (size > MAX_LENGTH) {
            throw new Malformed("has a header of " + size + " bytes, more than NumPy writes");
        }
        byte[] dict = in.readNBytes((int) size);
        if (dict.length < size) {
            throw new Malformed("ends within its header; write it again");
        }
        return parse(
                new String(dict, StandardCharsets.UTF_8), MAGIC.length + 2 + length.length + size);
    }

    private static NpyHeader parse(String dict, long length) throws Malformed {
        String type = find(TYPE, dict);
        if (!TYPES.containsKey(type)) {
            throw new Malformed(
                    "is of type "
                            + type.replaceAll("[^ -~]", "?")
                            + ", which a model cannot take; convert it with"
                            + " astype(numpy.float32), or to one of "
                            + TYPES.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        if (find(ORDER, dict).equals("True")) {
            throw new Malformed("is in Fortran's order; save numpy.ascontiguousarray(…) of it");
        }
        List<Long> shape =
                Arrays.stream(find(SHAPE, dict).split(","))
                        .map(String::strip)
                        .filter(axis -> !axis.isEmpty())
                        .map(Long::valueOf)
                        .toList();
        return new NpyHeader(TYPES.get(type), shape, length);
    }

    private static String find(Pattern pattern, String dict) throws Malformed {
        Matcher matcher = pattern.matcher(dict);
        if (!matcher.find()) {
            throw new Malformed(
                    "has a header that does not tell type, order and shape of a plain array;"
                            + " write it with numpy.savez");
        }
        return matcher.group(1);
    }

    /** Bytes of the whole file: header and elements. */
    long fileBytes() throws Malformed {
        try {
            long bytes = type.getNumOfBytes();
            for (long axis : shape) {
                bytes = Math.multiplyExact(bytes, axis);
            }
            return Math.addExact(bytes, length);
        } catch (ArithmeticException e) {
            throw new Malformed("claims the shape " + shape + ", more than any file holds");
        }
    }
}
