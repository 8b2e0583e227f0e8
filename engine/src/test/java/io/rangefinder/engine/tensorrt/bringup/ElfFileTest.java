package io.rangefinder.engine.tensorrt.bringup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads a library of the JDK, whose name and functions are known. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class ElfFileTest {

    private static final Path LIBRARY = Path.of(System.getProperty("java.home"), "lib/libzip.so");

    @TempDir Path folder;

    private void assertRefused(byte[] bytes, String word) throws IOException {
        Path file = Files.write(folder.resolve("libbad.so"), bytes);
        IOException refused = assertThrows(IOException.class, () -> ElfFile.read(file));
        assertTrue(refused.getMessage().contains(word), refused.getMessage());
        assertTrue(refused.getMessage().contains("libbad.so"), refused.getMessage());
    }

    @Test
    void aLibraryTellsItsNameAndWhatItDefines() throws IOException {
        ElfFile elf = ElfFile.read(LIBRARY);
        assertEquals("libzip.so", elf.soname());
        assertTrue(elf.symbols().contains("Java_java_util_zip_CRC32_update"));
        assertTrue(!elf.symbols().contains("malloc"), "what it only uses is not its own");
        assertEquals("", elf.tensorRtVersion());
    }

    @Test
    void tensorRtNamesItsVersionInASymbol() {
        ElfFile elf = new ElfFile("libnvinfer.so.8", List.of("a", "tensorrt_version_8_6_1_6"));
        assertEquals("8.6.1.6", elf.tensorRtVersion());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.999, 0.9, 0.5, 0.1, 0.01})
    void aFileThatIsCutShortIsRefused(double part) throws IOException {
        byte[] bytes = Files.readAllBytes(LIBRARY);
        assertRefused(Arrays.copyOf(bytes, (int) (bytes.length * part)), "is cut short");
    }

    private Path driver(String name, byte[] library) throws IOException {
        Path below = Files.createDirectory(folder.resolve(name));
        Files.write(below.resolve("libcuda.so.1"), library);
        return below;
    }

    @Test
    void aDriverFor32BitsIsPassedOverAsTheLinkerDoes() throws Exception {
        byte[] library = Files.readAllBytes(LIBRARY);
        byte[] narrow = library.clone();
        narrow[4] = 1;
        narrow[18] = 3;
        Path other = driver("i386-linux-gnu", narrow);
        CudaDriver.checkWhole(List.of(other, driver("x86_64-linux-gnu", library)));
        Path cut = driver("cut", Arrays.copyOf(library, 1000));
        BrokenRungException refused =
                assertThrows(
                        BrokenRungException.class,
                        () -> CudaDriver.checkWhole(List.of(other, cut)));
        assertTrue(refused.getMessage().contains("is cut short"), refused.getMessage());
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        assertRefused(new byte[0], "is cut short");
    }

    @Test
    void aHollowFileIsRefused() throws IOException {
        assertRefused(new byte[1 << 16], "is not a library for 64-bit Linux on x86_64");
    }

    @Test
    void aFileWhoseEndWasNeverWrittenIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(LIBRARY);
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
        assertRefused(bytes, "is cut short");
    }

    @Test
    void aLibraryOfAnotherProcessorIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(LIBRARY);
        int aarch64 = 183;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(18, (short) aarch64);
        assertRefused(bytes, "is not a library for 64-bit Linux on x86_64");
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("libnone.so");
        IOException refused = assertThrows(IOException.class, () -> ElfFile.read(file));
        assertTrue(refused.getMessage().contains("libnone.so cannot be read"));
    }

    /** Whatever a file says of itself, reading it ends, in bounds, with an answer or a refusal. */
    @Test
    void noByteOfTheHeaderMakesItMisbehave() throws IOException {
        byte[] whole = Files.readAllBytes(LIBRARY);
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = whole.clone();
            int at = i % 2 == 0 ? random.nextInt(64) : sectionTable(bytes) + random.nextInt(1024);
            bytes[at] = (byte) random.nextInt();
            Path file = Files.write(folder.resolve("libhostile.so"), bytes);
            try {
                ElfFile.read(file);
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("libhostile.so"), e.getMessage());
            }
        }
    }

    private static int sectionTable(byte[] bytes) {
        return (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(40);
    }
}
