package io.rangefinder.engine.export.graph;

import static io.rangefinder.engine.export.graph.StoredArchive.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.StoredTensor;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.engine.export.interpret.ArchiveWeights;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads the storage 0, 1, … 11 as tensors of several strides and offsets. */
class StorageReaderTest {

    private static final long MUCH = 1L << 40;

    @TempDir Path folder;
    private TorchScriptArchive archive;
    private StorageReader reader;

    @BeforeEach
    void open() throws Exception {
        archive = StoredArchive.of(folder, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        reader = new StorageReader(new ArchiveWeights(archive));
    }

    @AfterEach
    void close() throws Exception {
        archive.close();
    }

    private List<Double> read(WeightView tensor) throws Exception {
        return reader.elements(tensor, "w").stream().map(Value.Scalar::real).toList();
    }

    @Test
    void elementsInOrder() throws Exception {
        assertEquals(
                List.of(4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
                read(tensor(12, 4, List.of(2L, 3L), List.of(3L, 1L))));
    }

    @Test
    void transposedElements() throws Exception {
        assertEquals(
                List.of(0.0, 4.0, 8.0, 1.0, 5.0, 9.0),
                read(tensor(12, 0, List.of(2L, 3L), List.of(1L, 4L))));
    }

    @Test
    void aSliceOfEverySecondRowAndColumn() throws Exception {
        assertEquals(
                List.of(1.0, 3.0, 9.0, 11.0),
                read(tensor(12, 1, List.of(2L, 2L), List.of(8L, 2L))));
    }

    @Test
    void repeatedElements() throws Exception {
        assertEquals(
                List.of(10.0, 11.0, 10.0, 11.0, 10.0, 11.0),
                read(tensor(12, 10, List.of(3L, 2L), List.of(0L, 1L))));
    }

    @Test
    void anElementWithoutAxesAndNoElementsAtAll() throws Exception {
        assertEquals(List.of(11.0), read(tensor(12, 11, List.of(), List.of())));
        assertEquals(List.of(), read(tensor(12, 12, List.of(0L, 5L), List.of(5L, 1L))));
    }

    @Test
    void aStorageThatIsShorterThanItSaysIsRefused() {
        for (WeightView cut :
                List.of(
                        tensor(13, 0, List.of(13L), List.of(1L)),
                        tensor(100, 50, List.of(2L), List.of(1L)))) {
            assertSays(cut, "w is cut short: its storage data/0 is too small");
        }
    }

    static Stream<WeightView> impossible() {
        return Stream.of(
                tensor(12, 0, List.of(13L), List.of(1L)),
                tensor(12, 11, List.of(2L), List.of(1L)),
                tensor(12, 12, List.of(), List.of()),
                tensor(12, -1, List.of(), List.of()),
                tensor(12, -1, List.of(2L), List.of(1L)),
                tensor(12, 0, List.of(-1L), List.of(1L)),
                tensor(12, 5, List.of(2L), List.of(-1L)),
                tensor(12, 0, List.of(2L, 2L), List.of(1L)),
                tensor(12, 0, List.of(MUCH, MUCH), List.of(1L, 1L)),
                tensor(12, 0, List.of(MUCH), List.of(0L)),
                tensor(12, 0, List.of(2L), List.of(Long.MAX_VALUE)),
                tensor(Long.MAX_VALUE, Long.MAX_VALUE / 2, List.of(1L), List.of(1L)),
                tensor(MUCH, 0, List.of(MUCH), List.of(1L)),
                tensor(MUCH, 0, List.of(2L), List.of(MUCH - 1)),
                tensor(-1, 0, List.of(1L), List.of(1L)));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void whatDoesNotLieInItsStorageIsRefused(WeightView tensor) {
        assertSays(tensor, "stored.pt: tensor w ");
    }

    @Test
    void aStorageThatIsNotThereIsNamed() {
        assertSays(
                new WeightView(ElementType.FLOAT32, "data/7", 1, 0, List.of(1L), List.of(1L)),
                "lacks m/data/7");
    }

    @Test
    void aTypeThatOnnxHasNotIsNamed() {
        StoredTensor tensor =
                new StoredTensor("QUInt8Storage", "data/0", 1, 0, List.of(1L), List.of(1L));
        InvalidArchiveException e =
                assertThrows(
                        InvalidArchiveException.class,
                        () -> new ArchiveWeights(archive).view(tensor, "w"));
        assertTrue(e.getMessage().contains("QUInt8Storage"), e.getMessage());
    }

    @Test
    void complexNumbersAreReadAsTheirParts() throws Exception {
        // Two columns of three rows: the second one, from below the first row.
        WeightView column = complex(6, 3, List.of(2L), List.of(2L));
        assertEquals(ElementType.COMPLEX64, reader.check(column, "w"));
        WeightView parts = reader.parts(column, "w");
        assertEquals(
                new WeightView(
                        ElementType.FLOAT32, "data/0", 12, 6, List.of(2L, 2L), List.of(4L, 1L)),
                parts);
        float[] read = new float[4];
        ByteBuffer.wrap(reader.read(parts, "w"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(read);
        assertArrayEquals(new float[] {6, 7, 10, 11}, read);
        assertThrows(
                InvalidArchiveException.class,
                () -> reader.check(complex(6, 3, List.of(3L), List.of(2L)), "w"));
        assertThrows(
                InvalidArchiveException.class,
                () -> reader.check(complex(MUCH, 0, List.of(2L), List.of(Long.MAX_VALUE)), "w"));
    }

    private static WeightView complex(
            long elements, long offset, List<Long> shape, List<Long> strides) {
        return new WeightView(ElementType.COMPLEX64, "data/0", elements, offset, shape, strides);
    }

    private void assertSays(WeightView tensor, String part) {
        InvalidArchiveException e =
                assertThrows(InvalidArchiveException.class, () -> reader.read(tensor, "w"));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    /** 80 MB of zeros, of which a zip holds a thousandth. */
    @Test
    void aStoragePackedAsNoWeightCanBeIsRefused() throws Exception {
        int elements = 20 << 20;
        Path other = Files.createDirectory(folder.resolve("packed"));
        try (TorchScriptArchive packed = StoredArchive.of(other, new float[elements])) {
            WeightView tensor = tensor(elements, 0, List.of((long) elements), List.of(1L));
            InvalidArchiveException e =
                    assertThrows(
                            InvalidArchiveException.class,
                            () -> new StorageReader(new ArchiveWeights(packed)).check(tensor, "w"));
            assertTrue(e.getMessage().contains("tensor w has 83886080 bytes"), e.getMessage());
            assertTrue(e.getMessage().contains("packed as no weight can be"), e.getMessage());
            assertEquals(
                    1,
                    new StorageReader(new ArchiveWeights(packed)).read(first(elements), "w").length
                            / 4);
        }
    }

    private static WeightView first(long elements) {
        return tensor(elements, 0, List.of(1L), List.of(1L));
    }

    /** Each may repeat some elements; all of them together may not fill the memory. */
    @Test
    void repeatedElementsAreBoundedInAll() throws Exception {
        for (long offset = 0; offset < 4; offset++) {
            reader.check(tensor(12, offset, List.of(1L << 22), List.of(0L)), "w" + offset);
            reader.check(tensor(12, offset, List.of(1L << 22), List.of(0L)), "w" + offset);
        }
        WeightView fifth = tensor(12, 4, List.of(1L << 22), List.of(0L));
        InvalidArchiveException e =
                assertThrows(InvalidArchiveException.class, () -> reader.check(fifth, "w4"));
        assertTrue(e.getMessage().contains("tensor w4 has 16777216 bytes"), e.getMessage());
    }
}
