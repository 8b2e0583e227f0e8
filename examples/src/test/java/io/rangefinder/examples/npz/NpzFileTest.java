package io.rangefinder.examples.npz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFileTest {

    @TempDir private Path folder;

    @Test
    void aBatchThatMemoryHasNoRoomForIsRefusedBeforeItIsRead() throws IOException {
        Path file =
                new NpzWriter()
                        .floats("x", "(4, 2)", 0, 1, 2, 3, 4, 5, 6, 7)
                        .to(folder.resolve("x.npz"));
        try (NpzFile npz = NpzFile.open(file)) {
            // Two rows of two floats.
            npz.batches(2, 16).close();
            InvalidInputsException refused =
                    assertThrows(InvalidInputsException.class, () -> npz.batches(3, 16));
            assertTrue(
                    refused.getMessage().contains("takes 24 bytes a batch, too many for this JVM"),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("smaller batch size"), refused.getMessage());
        }
    }

    @Test
    void batchesHoldAllRowsInOrderAndTheLastIsSmaller() throws IOException {
        Path file =
                new NpzWriter()
                        .floats("b", "(5, 2)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
                        .array("a", "<i8", "(5,)", new byte[40])
                        .to(folder.resolve("x.npz"));
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
                NpzFile npz = NpzFile.open(file);
                NpzBatches batches = npz.batches(2)) {
            assertEquals("[b float32 [5, 2], a int64 [5]]", npz.arrays().toString());
            assertArrayEquals(
                    new float[] {0, 1, 2, 3}, batches.next(manager).get(0).toFloatArray());
            assertEquals(2, batches.position());
            batches.next(manager);
            NDList last = batches.next(manager);
            assertArrayEquals(new float[] {8, 9}, last.get(0).toFloatArray());
            assertEquals(new Shape(1), last.get(1).getShape());
            assertFalse(batches.hasNext());
            assertThrows(NoSuchElementException.class, () -> batches.next(manager));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "<f2,FLOAT16",
        "<f4,FLOAT32",
        "<f8,FLOAT64",
        "|i1,INT8",
        "<i4,INT32",
        "<i8,INT64",
        "|u1,UINT8",
        "|b1,BOOLEAN"
    })
    void everyTypeThatPyTorchKnowsIsRead(String type, DataType expected) throws IOException {
        byte[] content = new byte[3 * expected.getNumOfBytes()];
        Arrays.fill(content, (byte) 1);
        Path file = new NpzWriter().array("x", type, "(3,)", content).to(folder.resolve("x.npz"));
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
                NpzFile npz = NpzFile.open(file);
                NpzBatches batches = npz.batches(3)) {
            NDList batch = batches.next(manager);
            assertEquals(expected, batch.get(0).getDataType());
            assertArrayEquals(content, bytes(batch));
        }
    }

    private static byte[] bytes(NDList batch) {
        byte[] bytes = new byte[batch.get(0).toByteBuffer().remaining()];
        batch.get(0).toByteBuffer().get(bytes);
        return bytes;
    }

    @Test
    void whatDjlWritesIsRead() throws IOException {
        Path file = folder.resolve("x.npz");
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new NDList(manager.ones(new Shape(4, 3))).encode(bytes, NDList.Encoding.NPZ);
            Files.write(file, bytes.toByteArray());
        }
        try (NpzFile npz = NpzFile.open(file)) {
            assertEquals(4, npz.rows());
            assertEquals(List.of(4L, 3L), npz.arrays().get(0).shape());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<f4|(1000000000000,)|takes 4000000000",
                "<f4|(999999999999999999, 999999999999999999)|more than any file",
                "<f4|(3,)|takes",
                "<f4|(0,)|takes",
                "<f4|()|takes",
                "<f4|(-2,)|a plain array",
                "<f4|(2 2, 1)|a plain array",
                "<f4|(2 1)|a plain array",
                "<f4|(2,,1)|a plain array",
                "<f4|(1111111111111111111,)|a plain array",
                ">f4|(2,)|of type >f4",
                "<i2|(4,)|of type <i2",
                "<c8|(1,)|of type <c8"
            })
    void arraysThatLieOrDoNotFitAreRefused(String type, String shape, String problem)
            throws IOException {
        Path file =
                new NpzWriter().array("x", type, shape, new byte[8]).to(folder.resolve("x.npz"));
        assertRefused(file, "array x: ", problem);
    }

    @Test
    void everyMessageNamesTheFileTheArrayAndTheCure() throws IOException {
        assertRefused(
                new NpzWriter().floats("x", "(0,)").to(folder.resolve("a.npz")), "x: is empty");
        assertRefused(
                new NpzWriter().floats("x", "()", 1).to(folder.resolve("b.npz")),
                "x: is a single number");
        assertRefused(
                new NpzWriter()
                        .floats("x", "(2,)", 1, 2)
                        .floats("y", "(1,)", 1)
                        .to(folder.resolve("c.npz")),
                "y: has 1 samples, but x has 2");
        assertRefused(
                new NpzWriter().entry("readme", new byte[1]).to(folder.resolve("d.npz")),
                "readme, which is no array");
        assertRefused(
                new NpzWriter().entry("x.npy", new byte[20]).to(folder.resolve("e.npz")),
                "x: is not in NumPy's .npy format");
        assertRefused(
                new NpzWriter()
                        .entry(
                                "x.npy",
                                NpzWriter.npy(
                                        "{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}",
                                        new byte[4]))
                        .to(folder.resolve("f.npz")),
                "Fortran");
        assertRefused(
                new NpzWriter()
                        .entry("x.npy", NpzWriter.npy("{'descr': '|O', }", new byte[4]))
                        .to(folder.resolve("g.npz")),
                "of type |O");
        assertRefused(Files.write(folder.resolve("h.npz"), new byte[100]), "not a whole .npz");
        assertRefused(Files.createDirectory(folder.resolve("i.npz")), "is not a file");
        byte[] whole =
                Files.readAllBytes(
                        new NpzWriter().floats("x", "(2,)", 1, 2).to(folder.resolve("j.npz")));
        assertRefused(
                Files.write(folder.resolve("k.npz"), Arrays.copyOf(whole, whole.length - 30)),
                "not a whole .npz");
    }

    @Test
    void damagedContentIsToldWhenItIsReached() throws IOException {
        float[] values = new float[20_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        Path file = new NpzWriter().floats("x", "(20000,)", values).to(folder.resolve("x.npz"));
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 20_000, 30_000, (byte) 0xff);
        Files.write(file, bytes);
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
                NpzFile npz = NpzFile.open(file);
                NpzBatches batches = npz.batches(20_000)) {
            IOException e = assertThrows(InvalidInputsException.class, () -> batches.next(manager));
            assertTrue(e.getMessage().contains("array x: is damaged"), e.getMessage());
        }
    }

    @Test
    void aHeaderOfNothingButDigitsIsRefusedAtOnce() throws IOException {
        for (String shape : List.of("1".repeat(9_000), "1,".repeat(4_500), "1 ".repeat(4_500))) {
            assertRefused(
                    new NpzWriter()
                            .array("x", "<f4", "(" + shape, new byte[4])
                            .to(folder.resolve("x.npz")),
                    "x: has a header that does not tell");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 9, 10, 11})
    void aHeaderCutShortIsRefused(int length) throws IOException {
        for (byte version : new byte[] {1, 2}) {
            byte[] npy = NpzWriter.npy("{'descr': '<f4', }", new byte[4]);
            npy[6] = version;
            npy[10] = 0;
            npy[11] = 0;
            assertRefused(
                    new NpzWriter()
                            .entry("x.npy", Arrays.copyOf(npy, length))
                            .to(folder.resolve("x.npz")),
                    "array x: ");
        }
    }

    /** Its table of contents says that it begins beyond the file's end. */
    @Test
    void aTableOfContentsThatLiesIsRefused() throws IOException {
        assertRefused(
                Path.of("src/test/resources/hostile/npz_eof_null.npz"), "is not a whole .npz");
    }

    private static void assertRefused(Path file, String... parts) {
        IOException e =
                assertThrows(InvalidInputsException.class, () -> NpzFile.open(file).close());
        assertTrue(e.getMessage().startsWith(file + ""), e.getMessage());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }
}
