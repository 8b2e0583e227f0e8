package io.rangefinder.engine.tensorrt.bringup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rangefinder.engine.fixtures.CCompiler;
import io.rangefinder.engine.fixtures.ChildJvm;
import io.rangefinder.engine.fixtures.ChildJvm.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * NVIDIA's real libraries and DJL's real engine from Maven's jars, each time in a JVM of its own.
 * Where there is no driver, one of two stand-ins is put in its place. Whatever is broken, the JVM
 * ends by itself, and the ladder says what is wrong.
 */
@Tag("tensorrt")
class BringUpTest {

    private static final boolean DRIVER =
            LinkerFolders.all().stream().anyMatch(f -> Files.exists(f.resolve("libcuda.so.1")));
    private static final String CACHE = "-Dorg.bytedeco.javacpp.cachedir=";

    @TempDir static Path built;
    private static Path noDevice;
    private static Path pretended;

    @TempDir Path folder;

    @BeforeAll
    static void buildDrivers() throws IOException, InterruptedException {
        noDevice = Files.createDirectory(built.resolve("none"));
        CCompiler.library(noDevice, "NoDeviceDriver.c", "libcuda.so.1");
        pretended = Files.createDirectory(built.resolve("pretended"));
        CCompiler.library(pretended, "PretendedDeviceDriver.c", "libcuda.so.1");
        // Whatever is tried below finds the libraries extracted.
        assertPasses(withDriver(noDevice).run(built, ClimbInChild.class, "libraries"));
    }

    private static ChildJvm withDriver(Path... folders) {
        return new ChildJvm()
                .environment(
                        "LD_LIBRARY_PATH",
                        String.join(":", Arrays.stream(folders).map(Path::toString).toList()));
    }

    private Outcome climb(ChildJvm child) throws IOException, InterruptedException {
        return child.run(folder, ClimbInChild.class, "device");
    }

    /** The JVM ended by itself, and the last rung is this one, failed, with these words. */
    private void assertFails(Outcome outcome, String rung, String... words) throws IOException {
        String all = outcome.out() + outcome.err();
        assertEquals(0, outcome.status(), all);
        List<String> lines = outcome.out().lines().toList();
        assertTrue(lines.get(lines.size() - 2).matches("NO +" + rung + " .*"), all);
        String problem = lines.get(lines.size() - 1);
        for (String word : words) {
            assertTrue(problem.contains(word), word + " is not in: " + all);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.noneMatch(f -> f.getFileName().toString().startsWith("hs_err")), all);
        }
    }

    private static void assertPasses(Outcome outcome) {
        String all = outcome.out() + outcome.err();
        assertEquals(0, outcome.status(), all);
        assertTrue(outcome.out().contains("problem: none"), all);
        assertTrue(outcome.out().contains("DJL: 8.6.1"), all);
    }

    @Test
    void djlReadsTheVersionOfTheTensorRtThatMavenBrought()
            throws IOException, InterruptedException {
        ChildJvm child = DRIVER ? new ChildJvm() : withDriver(noDevice);
        assertPasses(child.run(folder, ClimbInChild.class, "libraries"));
    }

    @Test
    void aDriverThatSeesNoDeviceFailsAtTheDevice() throws IOException, InterruptedException {
        Outcome outcome = climb(withDriver(noDevice));
        assertFails(outcome, "device", "no GPU", "CUDA_ERROR_NO_DEVICE (100)", "--gpus all");
        assertFalse(outcome.out().contains("files"), outcome.out());
    }

    @Test
    void everyRungPassesOnAPretendedDevice() throws IOException, InterruptedException {
        Outcome outcome = climb(withDriver(pretended));
        assertPasses(outcome);
        assertTrue(outcome.out().contains("Pretended GPU, compute capability 8.6"), outcome.out());
        assertTrue(outcome.out().contains("20480 MiB of 24576 MiB"), outcome.out());
    }

    @Test
    void withoutADriverItSaysHowToGetOne() throws IOException, InterruptedException {
        assumeTrue(!DRIVER, "a driver is installed");
        assertFails(climb(new ChildJvm()), "driver", "libcuda.so.1", "525.60", "--gpus all");
    }

    @Test
    void halfADriverIsNotLoaded() throws IOException, InterruptedException {
        byte[] whole = Files.readAllBytes(noDevice.resolve("libcuda.so.1"));
        Path half = folder.resolve("libcuda.so.1");
        Files.write(half, Arrays.copyOf(whole, whole.length / 2));
        assertFails(climb(withDriver(folder)), "driver", half + " is cut short", "install");
    }

    @Test
    void aDriverThatLacksACallIsNotCalled() throws IOException, InterruptedException {
        CCompiler.library(folder, "OtherTensorRt.c", "libcuda.so.1");
        assertFails(climb(withDriver(folder)), "driver", "has no cuInit");
    }

    @Test
    void anotherTensorRtOnTheLibraryPathLoses() throws IOException, InterruptedException {
        Path other = CCompiler.library(folder, "OtherTensorRt.c", "libnvinfer.so.8");
        Outcome outcome = climb(withDriver(pretended, folder));
        assertPasses(outcome);
        assertTrue(outcome.out().contains("Maven's wins"), outcome.out());
        assertTrue(outcome.out().contains(other.toRealPath() + " (8.4.1.5)"), outcome.out());
    }

    @Test
    void anotherTensorRtThatIsLoadedFirstIsRefused() throws IOException, InterruptedException {
        Path other = CCompiler.library(folder, "OtherTensorRt.c", "libnvinfer.so.8");
        assertFails(
                climb(withDriver(pretended).environment("LD_PRELOAD", other.toString())),
                "other TensorRT",
                other + " (8.4.1.5)",
                "LD_PRELOAD");
    }

    @Test
    void anotherTensorRtInTheCacheIsNotLoaded() throws IOException, InterruptedException {
        Path other = CCompiler.library(folder, "OtherTensorRt.c", "libnvinfer.so.8");
        try (SharedCache cache = SharedCache.linked()) {
            cache.replace("libnvinfer.so.8", Files.readAllBytes(other), true);
            assertFails(
                    climb(withDriver(pretended).option(CACHE + cache.folder())),
                    "files",
                    "libnvinfer.so.8 is TensorRT 8.4.1.5",
                    "want 8.6.1",
                    "delete ");
        }
    }

    @Test
    void tensorRt10UnderTheNameOf8IsNotLoaded() throws IOException, InterruptedException {
        Path other =
                CCompiler.library(
                        folder,
                        "OtherTensorRt.c",
                        "libnvinfer.so.10",
                        "-DVERSION=tensorrt_version_10_15_1_29");
        try (SharedCache cache = SharedCache.linked()) {
            cache.replace("libnvinfer.so.8", Files.readAllBytes(other), true);
            assertFails(
                    climb(withDriver(pretended).option(CACHE + cache.folder())),
                    "files",
                    "libnvinfer.so.8 calls itself libnvinfer.so.10");
        }
    }

    @Test
    void aSettingThatPutsOtherFoldersFirstIsRefused() throws IOException, InterruptedException {
        assertFails(
                climb(
                        withDriver(pretended)
                                .option("-Dorg.bytedeco.javacpp.pathsFirst=true")
                                .option("-Djava.library.path=" + folder)),
                "system",
                "pathsFirst=true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"libnvonnxparser.so.8", "libjnijavacpp.so", "libcudart.so.12"})
    void halfALibraryIsExtractedAnew(String name) throws IOException, InterruptedException {
        try (SharedCache cache = SharedCache.linked()) {
            byte[] whole = Files.readAllBytes(cache.file(name));
            Path half = cache.replace(name, Arrays.copyOf(whole, whole.length / 2), false);
            assertPasses(climb(withDriver(pretended).option(CACHE + cache.folder())));
            assertEquals(whole.length, Files.size(half));
        }
    }

    /** As a machine leaves it that lost power: of the right length, and its end never written. */
    @ParameterizedTest
    @ValueSource(strings = {"libnvinfer_plugin.so.8", "libjnijavacpp.so", "libcudart.so.12"})
    void aHollowLibraryIsNotLoaded(String name) throws IOException, InterruptedException {
        try (SharedCache cache = SharedCache.linked()) {
            byte[] whole = Files.readAllBytes(cache.file(name));
            Path hollow = cache.replace(name, Arrays.copyOf(whole, whole.length / 2), true);
            Outcome outcome = climb(withDriver(pretended).option(CACHE + cache.folder()));
            assertFails(
                    outcome,
                    name.equals("libnvinfer_plugin.so.8") ? "files" : "driver",
                    hollow.toRealPath().toString(),
                    "delete ");
        }
    }

    @Test
    void halfOfDjlsOwnLibraryIsNotLoaded() throws IOException, InterruptedException {
        ChildJvm child = withDriver(pretended).environment("DJL_CACHE_DIR", folder.toString());
        assertPasses(climb(child));
        Path library;
        try (Stream<Path> files = Files.walk(folder)) {
            library = files.filter(f -> f.endsWith("libdjl_trt.so")).findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(library);
        Files.write(library, Arrays.copyOf(whole, whole.length / 2));
        assertFails(climb(child), "DJL", library + " is cut short", "delete " + library);
    }

    @Test
    void aFileInPlaceOfTheCacheIsNamed() throws IOException, InterruptedException {
        Path file = Files.createFile(folder.resolve("cache"));
        assertFails(climb(withDriver(pretended).option(CACHE + file)), "cache", "is not a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r-xr-xr-x", "---------"})
    void aCacheThatCannotBeReadOrWrittenIsNamed(String rights)
            throws IOException, InterruptedException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(rights));
        ChildJvm child = withDriver(pretended).option(CACHE + cache);
        if (Files.isWritable(cache)) {
            // Root may write anywhere, unless it gives that right away.
            child.under(
                    "setpriv",
                    "--bounding-set=-dac_override,-dac_read_search",
                    "--inh-caps=-dac_override,-dac_read_search");
        }
        assertFails(climb(child), "cache", cache + " cannot be read and written", "cachedir");
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aDiskThatFillsUpIsNamed() throws IOException, InterruptedException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        // No file beyond 20 MB, which the shell counts in KiB.
        ChildJvm child =
                withDriver(pretended)
                        .option(CACHE + cache)
                        .under("bash", "-c", "ulimit -f 20480; exec \"$@\"", "bash");
        assertFails(
                climb(child),
                "files",
                "libcublasLt.so.12 cannot be extracted to " + cache,
                "room",
                "cachedir");
    }

    @Test
    void aFullDiskIsNamed() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        boolean mounted =
                new ProcessBuilder(
                                        "mount",
                                        "-t",
                                        "tmpfs",
                                        "-o",
                                        "size=8m",
                                        "tmpfs",
                                        disk.toString())
                                .start()
                                .waitFor()
                        == 0;
        assumeTrue(mounted, "only root may mount a small disk");
        try {
            assertFails(
                    climb(withDriver(pretended).option(CACHE + disk.resolve("cache"))),
                    "cache",
                    "its disk has 9 MB",
                    "make room");
        } finally {
            assertEquals(0, new ProcessBuilder("umount", disk.toString()).start().waitFor());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Dos.arch=x86", "-Dsun.arch.data.model=32", "-Dos.name=SunOS"})
    void anotherSystemOrA32BitJvmIsRefused(String option) throws IOException, InterruptedException {
        assertFails(climb(withDriver(pretended).option(option)), "system", "64");
    }
}
