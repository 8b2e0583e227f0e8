package io.rangefinder.examples.npz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes what NumPy would write, and what it would not. */
public final class NpzWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);

    public NpzWriter entry(String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
        return this;
    }

    /** An array whose header says what it likes, whatever content comes. */
    public NpzWriter array(String name, String type, String shape, byte[] content)
            throws IOException {
        return entry(
                name + ".npy",
                npy(
                        "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + "}",
                        content));
    }

    public NpzWriter floats(String name, String shape, float... values) throws IOException {
        ByteBuffer content =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.asFloatBuffer().put(values);
        return array(name, "<f4", shape, content.array());
    }

    public static byte[] npy(String header, byte[] content) {
        byte[] dict = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(10 + dict.length + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) dict.length)
                .put(dict)
                .put(content)
                .array();
    }

    public Path to(Path file) throws IOException {
        zip.close();
        return Files.write(file, bytes.toByteArray());
    }
}
