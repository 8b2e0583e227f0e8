package io.rangefinder.examples.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.examples.Rangefinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb doctor with TensorRT's libraries on the class path, in a JVM of its own. */
@Tag("tensorrt")
class DoctorTest {

    @TempDir Path folder;

    /** What it printed, and its exit status. */
    private record Outcome(int status, String out) {}

    private Outcome doctor(String libraryPath) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                "-cp",
                                System.getProperty("surefire.test.class.path"),
                                Rangefinder.class.getName(),
                                "doctor")
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
        builder.environment().put("LD_LIBRARY_PATH", libraryPath);
        Process process = builder.start();
        if (!process.waitFor(15, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new IOException("doctor did not end: " + Files.readString(out));
        }
        return new Outcome(process.exitValue(), Files.readString(out));
    }

    /** A stand-in for the driver, whose every call answers that there is no device. */
    @Test
    void withoutADeviceItNamesThatRungAndOnnxRuntimeCanRun()
            throws IOException, InterruptedException {
        Process gcc =
                new ProcessBuilder(
                                "gcc",
                                "-shared",
                                "-fPIC",
                                "-Wl,-soname,libcuda.so.1",
                                "-o",
                                folder.resolve("libcuda.so.1").toString(),
                                "../engine/src/test/c/NoDeviceDriver.c")
                        .inheritIO()
                        .start();
        assertEquals(0, gcc.waitFor());
        Outcome outcome = doctor(folder.toString());
        assertEquals(0, outcome.status(), outcome.out());
        assertTrue(
                outcome.out().matches("(?s).*backend tensorrt +no: the driver sees no GPU.*"),
                outcome.out());
        assertTrue(
                outcome.out().matches("(?s).*\n  NO +device +the driver sees no GPU.*100.*"),
                outcome.out());
        assertTrue(outcome.out().matches("(?s).*\n  ok +driver +libcuda.so.1.*"), outcome.out());
        assertTrue(outcome.out().matches("(?s).*backend onnxruntime +yes.*"), outcome.out());
    }
}
