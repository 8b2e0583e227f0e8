package io.rangefinder.capture.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed processes left half-written goes away; what living ones write stays. */
class KilledWritersTest {

    @TempDir private Path folder;

    private Process writing(String name) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                HalfWriter.class.getName(),
                                folder.resolve(name).toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertEquals('h', process.getInputStream().read());
        return process;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void partOfAKilledProcessGoesWithTheNextWrite() throws Exception {
        writing("model").destroyForcibly().waitFor();
        assertEquals(1, files().size());
        AtomicFile.write(folder.resolve("other"), out -> out.write(1));
        assertEquals(List.of("other"), files());
    }

    @Test
    void partOfAKilledProcessGoesWhenTheCacheIsOpened() throws Exception {
        writing("model").destroyForcibly().waitFor();
        AtomicFile.removeLeftovers(folder);
        assertEquals(List.of(), files());
        AtomicFile.removeLeftovers(folder.resolve("missing"));
    }

    @Test
    void partOfALivingProcessStaysAndEndsAsItsFile() throws Exception {
        Process process = writing("model");
        AtomicFile.removeLeftovers(folder);
        AtomicFile.write(folder.resolve("other"), out -> out.write(1));
        assertEquals(2, files().size(), files()::toString);
        process.getOutputStream().write(1);
        process.getOutputStream().flush();
        assertEquals(0, process.waitFor());
        assertEquals(List.of("model", "other"), files());
        assertEquals(1 << 20, Files.size(folder.resolve("model")));
    }

    @Test
    void partOfThisProcessStays() throws IOException {
        AtomicFile.write(
                folder.resolve("model"),
                out -> {
                    AtomicFile.removeLeftovers(folder);
                    AtomicFile.write(folder.resolve("other"), o -> o.write(1));
                    out.write(1);
                });
        assertEquals(List.of("model", "other"), files());
    }

    @Test
    void othersFilesAreLeftAloneByAWrite() throws IOException {
        Path download = Files.writeString(folder.resolve(".film-12.part"), "half");
        AtomicFile.write(folder.resolve("model"), out -> out.write(1));
        assertTrue(Files.exists(download));
    }
}
