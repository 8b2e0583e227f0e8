package io.rangefinder.capture.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFileTest {

    @TempDir Path folder;

    @Test
    void aFileOfExactlyTheLimitIsRead() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[10]);

        try (InputStream in = BoundedFile.open(file, 10)) {
            assertEquals(10, in.readAllBytes().length);
            assertEquals(-1, in.read());
        }
    }

    @Test
    void aLargerFileIsNotOpened() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[11]);

        FileTooLargeException thrown =
                assertThrows(FileTooLargeException.class, () -> BoundedFile.open(file, 10));
        assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("10 bytes"), thrown.getMessage());
    }

    @Test
    void aFileThatGrowsWhileItIsReadStopsAtTheLimit() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[10]);

        try (InputStream in = BoundedFile.open(file, 10)) {
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            assertThrows(FileTooLargeException.class, in::readAllBytes);
        }
        try (InputStream in = BoundedFile.open(file, 11)) {
            Files.write(file, new byte[20_000], StandardOpenOption.APPEND);
            assertThrows(FileTooLargeException.class, () -> in.skip(20_000));
        }
    }

    @Test
    void aFolderAndAMissingFileAreErrors() {
        assertThrows(IOException.class, () -> BoundedFile.open(folder, 10));
        assertThrows(NoSuchFileException.class, () -> BoundedFile.open(folder.resolve("no"), 10));
        assertFalse(Files.exists(folder.resolve("no")));
    }

    @Test
    void devicesAreNotRead() {
        Path endless = Path.of("/dev/zero");
        if (Files.exists(endless)) {
            IOException refused =
                    assertThrows(IOException.class, () -> BoundedFile.open(endless, 10));
            assertTrue(refused.getMessage().contains("is a pipe or a device"));
        }
    }
}
