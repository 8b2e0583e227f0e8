package io.rangefinder.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rangefinder.examples.npz.NpzWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user starts it. */
class RangefinderIT {

    private static final Path JAR = Path.of("target", "rangefinder.jar");

    @TempDir private Path folder;

    @BeforeAll
    static void jarIsBuilt() {
        assumeTrue(Files.exists(JAR), "the phase package makes it");
    }

    private int run(Object... words) throws IOException, InterruptedException {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-jar",
                                JAR.toString()));
        for (Object word : words) {
            line.add(word.toString());
        }
        Process process =
                new ProcessBuilder(line)
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();
        assertTrue(process.waitFor(15, TimeUnit.MINUTES));
        return process.exitValue();
    }

    @Test
    void jarCapturesWithoutAWordOnStderr() throws IOException, InterruptedException {
        Path inputs =
                new NpzWriter()
                        .floats("x", "(2, 1, 28, 28)", new float[2 * 784])
                        .to(folder.resolve("x.npz"));
        Path output = folder.resolve("r.json");
        int status =
                run("capture", "models/resnet_traced.pt", "--inputs", inputs, "--output", output);
        assertEquals("", Files.readString(folder.resolve("err")));
        assertEquals(0, status);
        assertTrue(Files.readString(folder.resolve("out")).startsWith("inputs  2"));
        assertTrue(Files.exists(output));
    }

    @Test
    void jarTellsOfFailureInOneLine() throws IOException, InterruptedException {
        assertEquals(1, run("ranges", "show", "no.ranges"));
        assertEquals(1, Files.readAllLines(folder.resolve("err")).size());
    }
}
