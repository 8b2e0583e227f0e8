package io.rangefinder.engine.tensorrt.bringup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.tensorrt.bringup.Driver.Gpu;
import io.rangefinder.engine.tensorrt.bringup.Driver.Memory;
import io.rangefinder.engine.tensorrt.bringup.LoadedLibraries.TensorRtFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rung's failures on machines that are described, for none of them is at hand. */
class ClimberTest {

    private final DescribedMachine machine = new DescribedMachine();

    private Ladder climb() {
        return new Climber(machine.machine()).toDevice(0);
    }

    /** The climb ends at this rung, and its sentence holds these words. */
    private void assertFails(String rung, String... words) {
        Ladder ladder = climb();
        Rung failed = ladder.firstFailure().orElseThrow();
        assertEquals(rung, failed.name(), failed.sentence());
        assertEquals(failed, ladder.rungs().get(ladder.rungs().size() - 1));
        for (String word : words) {
            assertTrue(failed.sentence().contains(word), failed.sentence());
        }
    }

    private void assertNothingWasCalled() {
        assertEquals(List.of(), machine.calls);
    }

    @Test
    void aMachineThatHasAllIsClimbedInOrder() {
        Ladder ladder = climb();
        assertEquals(Optional.empty(), ladder.problem());
        assertEquals(
                List.of(
                        "system",
                        "class path",
                        "cache",
                        "driver",
                        "driver version",
                        "device",
                        "int8",
                        "memory",
                        "other TensorRT",
                        "files",
                        "TensorRT",
                        "DJL"),
                ladder.rungs().stream().map(Rung::name).toList());
        assertTrue(ladder.rungs().stream().allMatch(r -> r.outcome() == Rung.Outcome.PASSED));
    }

    @ParameterizedTest
    @CsvSource({
        "Mac OS X, aarch64, 64, Linux",
        "Windows 11, amd64, 64, Linux",
        "Linux, aarch64, 64, x86",
        "Linux, x86, 64, x86",
        "Linux, i386, 32, x86",
        "Linux, amd64, 32, 32 bits"
    })
    void anotherSystemIsRefusedBeforeAnythingIsCalled(
            String system, String architecture, String bits, String word) {
        machine.host = new Host(system, architecture, bits, "");
        assertFails("system", word);
        assertNothingWasCalled();
    }

    @Test
    void aSettingThatMakesJavacppLoadOtherLibrariesIsRefused() {
        machine.host = new Host("Linux", "amd64", "64", "org.bytedeco.javacpp.pathsFirst=true");
        assertFails("system", "pathsFirst=true", "start Java without it");
        assertNothingWasCalled();
    }

    @ParameterizedTest
    @CsvSource({
        "TrtEngineProvider.class, ai.djl.tensorrt:tensorrt",
        "libdjl_trt.so, ai.djl.tensorrt:tensorrt",
        "Loader.class, org.bytedeco:javacpp",
        "libjnijavacpp.so, org.bytedeco:javacpp linux-x86_64",
        "cudart.class, org.bytedeco:cuda",
        "libjnicudart.so, org.bytedeco:cuda linux-x86_64",
        "libcudart.so.12, org.bytedeco:cuda linux-x86_64-redist",
        "nvinfer.class, org.bytedeco:tensorrt",
        "libjninvinfer.so, org.bytedeco:tensorrt linux-x86_64",
        "libnvinfer.so.8, org.bytedeco:tensorrt linux-x86_64-redist"
    })
    void aMissingJarIsNamedWithTheDependencyThatBringsIt(String resource, String artifact) {
        machine.lacking.add(resource);
        assertFails("class path", artifact, "io.rangefinder:rangefinder-tensorrt (type pom)");
        assertNothingWasCalled();
    }

    @ParameterizedTest
    @CsvSource({
        "tensorrt, 10.15-1.5.13",
        "tensorrt, 8.5-1.5.8",
        "cuda, 11.8-8.6-1.5.8",
        "cuda, 13.1-9.19-1.5.13"
    })
    void jarsOfAnotherVersionAreRefused(String artifact, String version) {
        machine.versions.put(artifact, Set.of(version));
        assertFails("class path", "org.bytedeco:" + artifact, version);
        assertNothingWasCalled();
    }

    @Test
    void jarsOfTwoVersionsAreRefused() {
        machine.versions.put("javacpp", Set.of("1.5.10", "1.5.13"));
        assertFails("class path", "1.5.10", "1.5.13");
    }

    @Test
    void jarsThatWerePutTogetherIntoOneHaveNoVersions() {
        machine.versions.replaceAll((artifact, versions) -> Set.of());
        assertEquals(Optional.empty(), climb().problem());
    }

    @Test
    void aFullDiskIsSeenBeforeExtraction() {
        machine.free = machine.missing - 1;
        assertFails("cache", "3000 MB", "org.bytedeco.javacpp.cachedir");
        assertNothingWasCalled();
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamed() {
        machine.unwritable = Optional.of("because it is somebody else's");
        assertFails("cache", DescribedMachine.FOLDER.toString(), "somebody else's", "cachedir");
        assertNothingWasCalled();
    }

    @Test
    void aCacheThatHoldsAllNeedsNeitherRoomNorTheRightToWrite() {
        machine.missing = 0;
        machine.free = 0;
        machine.unwritable = Optional.of("because its disk is read-only");
        assertEquals(Optional.empty(), climb().problem());
    }

    @Test
    void withoutADriverNothingIsExtracted() {
        machine.noDriver = Optional.of(new BrokenRungException("no libcuda.so.1", "install it"));
        assertFails("driver", "no libcuda.so.1: install it");
        assertEquals(List.of("driver"), machine.calls);
    }

    @ParameterizedTest
    @ValueSource(ints = {12_000, 12_010, 12_030, 12_090, 13_000})
    void driversOfCuda12AndLaterRunItsRuntime(int version) {
        machine.driverVersion = version;
        assertEquals(Optional.empty(), climb().problem());
    }

    @ParameterizedTest
    @CsvSource({"11080, 11.8", "11040, 11.4", "9000, 9.0"})
    void olderDriversAreToldWhichIsNeeded(int version, String text) {
        machine.driverVersion = version;
        assertFails("driver version", "CUDA up to " + text, "12.0 or later", "525.60");
        assertEquals(List.of("driver"), machine.calls);
    }

    @Test
    void aDriverThatAnswersNoDeviceToEverythingFailsAtTheDevice() {
        machine.versionAnswer = 100;
        machine.initAnswer = 100;
        assertFails("device", "CUDA_ERROR_NO_DEVICE (100)", "--gpus all", "CUDA_VISIBLE_DEVICES");
        assertEquals(List.of("driver"), machine.calls);
    }

    @ParameterizedTest
    @CsvSource({
        "34, CUDA_ERROR_STUB_LIBRARY (34), stubs",
        "304, CUDA_ERROR_OPERATING_SYSTEM (304), /dev/nvidia",
        "802, CUDA_ERROR_SYSTEM_NOT_READY (802), nvidia-fabricmanager",
        "803, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803), restart",
        "804, CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE (804), compat",
        "999, CUDA_ERROR_UNKNOWN (999), nvidia_uvm",
        "12345, CUDA error 12345, nvidia-smi"
    })
    void whatKeepsTheDriverFromStartingIsNamed(int code, String name, String remedy) {
        machine.initAnswer = code;
        assertFails("device", name, remedy);
        assertEquals(List.of("driver"), machine.calls);
    }

    @Test
    void noDevicesAtAllIsAsGoodAsTheError() {
        machine.devices = 0;
        assertFails("device", "no GPU", "nvidia-smi");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -2, 99})
    void aDeviceThatIsNotThereIsNamedWithThoseThatAre(int device) {
        machine.devices = 2;
        Rung failed = new Climber(machine.machine()).toDevice(device).firstFailure().orElseThrow();
        assertEquals("device", failed.name());
        assertTrue(failed.sentence().contains("GPU " + device), failed.sentence());
        assertTrue(failed.sentence().contains("0 to 1"), failed.sentence());
    }

    /** The rows of NVIDIA's support matrix for TensorRT 8.6.1 that have INT8. */
    @ParameterizedTest
    @CsvSource({"6,1", "7,0", "7,2", "7,5", "8,0", "8,6", "8,7", "8,9", "9,0"})
    void gpusWithInt8Pass(int major, int minor) {
        machine.gpu = new Gpu("GPU", major, minor);
        assertEquals(Optional.empty(), climb().problem());
    }

    @ParameterizedTest
    @CsvSource({"5,0", "5,2", "5,3", "6,0", "6,2"})
    void gpusWithoutInt8AreRefused(int major, int minor) {
        machine.gpu = new Gpu("NVIDIA P100", major, minor);
        assertFails("int8", "NVIDIA P100", major + "." + minor, "no INT8", "onnxruntime");
        assertEquals(List.of("driver"), machine.calls);
    }

    @ParameterizedTest
    @CsvSource({"10,0", "10,3", "12,0", "12,1"})
    void newerGpusAreSentToOnnxRuntime(int major, int minor) {
        machine.gpu = new Gpu("NVIDIA B200", major, minor);
        assertFails("int8", "NVIDIA B200", "newer than TensorRT 8.6", "onnxruntime on the GPU");
        assertEquals(List.of("driver"), machine.calls);
    }

    @Test
    void aGpuThatWasFullIsAskedAgain() {
        Climber climber = new Climber(machine.machine());
        machine.memory = new Memory(100L << 20, 24L << 30);
        assertTrue(climber.toDevice(0).firstFailure().isPresent());
        machine.memory = new Memory(20L << 30, 24L << 30);
        assertEquals(Optional.empty(), climber.toDevice(0).firstFailure());
    }

    @Test
    void aGpuWithoutFreeMemoryIsRefusedBeforeTensorRtIsLoaded() {
        machine.memory = new Memory(100L << 20, 24L << 30);
        assertFails("memory", "100 MiB of 24576 MiB", "512 MiB", "nvidia-smi");
        assertEquals(List.of("driver"), machine.calls);
    }

    @Test
    void aGpuThatAnotherProcessHasForItselfIsNamed() {
        machine.memoryAnswer = 46;
        assertFails("memory", "CUDA_ERROR_DEVICE_UNAVAILABLE (46)", "compute mode");
    }

    @Test
    void anotherTensorRtInTheProcessIsRefused() {
        machine.mapped.add(
                new TensorRtFile(
                        Path.of("/usr/lib/libnvinfer.so.8.5.3"), "libnvinfer.so.8", "8.5.3.1"));
        assertFails("other TensorRT", "/usr/lib/libnvinfer.so.8.5.3 (8.5.3.1)", "LD_PRELOAD");
        assertEquals(List.of("driver"), machine.calls);
    }

    @Test
    void tensorRt10InTheProcessDoesNoHarm() {
        machine.mapped.add(
                new TensorRtFile(
                        Path.of("/opt/libnvinfer.so.10"), "libnvinfer.so.10", "10.15.1.29"));
        assertEquals(Optional.empty(), climb().problem());
    }

    @Test
    void aSystemWideTensorRtIsNamedAndLoses() {
        machine.installed.add(
                new TensorRtFile(
                        Path.of("/usr/lib/libnvinfer.so.8.5.3"), "libnvinfer.so.8", "8.5.3.1"));
        Ladder ladder = climb();
        assertEquals(Optional.empty(), ladder.problem());
        assertTrue(
                ladder.toText().stream()
                        .anyMatch(l -> l.contains("Maven's wins") && l.contains("(8.5.3.1)")),
                ladder.toText().toString());
    }

    @Test
    void aDamagedFileIsNeverLoaded() {
        machine.damaged.put(
                "libcudnn.so.8",
                new BrokenRungException("libcudnn.so.8 is cut short", "delete it"));
        assertFails("files", "libcudnn.so.8 is cut short: delete it");
        assertFalse(machine.calls.contains("load"));
    }

    @Test
    void aLibraryThatDoesNotLoadIsNamed() {
        machine.noLoading = Optional.of(new BrokenRungException("undefined symbol x", "delete"));
        assertFails("TensorRT", "undefined symbol x");
        assertFalse(machine.calls.contains("djl"));
    }

    @Test
    void aMissingClassIsAFailedRungToo() {
        machine.noLinking = Optional.of(new NoClassDefFoundError("org/bytedeco/javacpp/X"));
        assertFails("TensorRT", "org/bytedeco/javacpp/X", "rangefinder-tensorrt");
        assertFalse(machine.calls.contains("djl"));
    }

    @Test
    void whatLibrariesThrowBecomesAFailedRung() {
        machine.surprise = Optional.of(new IllegalStateException("javacpp is puzzled"));
        assertFails("TensorRT", "javacpp is puzzled", "see the log");
        assertFalse(machine.calls.contains("djl"));
    }

    @Test
    void aLibraryLoadedFromElsewhereIsRefusedBeforeItIsCalled() {
        machine.mappedByLoading =
                List.of(
                        new TensorRtFile(
                                Path.of("/opt/trt/libnvinfer_plugin.so.8"),
                                "libnvinfer_plugin.so.8",
                                ""));
        assertFails("TensorRT", "/opt/trt/libnvinfer_plugin.so.8", "LD_LIBRARY_PATH");
        assertFalse(machine.calls.contains("djl"));
    }

    @ParameterizedTest
    @CsvSource({"8401, 8.4.1", "8503, 8.5.3", "8600, 8.6.0"})
    void anotherVersionIsRefused(int number, String version) {
        machine.tensorRt = number;
        assertFails("TensorRT", version, "8.6.1");
        assertFalse(machine.calls.contains("djl"));
    }

    @Test
    void anEngineOnAnotherTensorRtIsRefused() {
        machine.djl = "8.4.1";
        assertFails("DJL", "8.4.1", "8.6.1");
    }

    @Test
    void withoutADeviceTheLibrariesAreLoadedAllTheSame() {
        machine.initAnswer = 100;
        Ladder ladder = new Climber(machine.machine()).withoutDevice();
        assertEquals(Optional.empty(), ladder.problem());
        assertEquals(
                List.of("driver version", "device", "int8", "memory"),
                ladder.rungs().stream()
                        .filter(r -> r.outcome() == Rung.Outcome.SKIPPED)
                        .map(Rung::name)
                        .toList());
        assertTrue(machine.calls.containsAll(List.of("load", "djl")));
    }

    @Test
    void manyThreadsClimbOnce() throws Exception {
        Climber climber = new Climber(machine.machine());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Ladder>> climbs = Collections.nCopies(8, () -> climber.toDevice(0));
            Ladder first = climber.toDevice(0);
            for (var climbed : threads.invokeAll(climbs)) {
                assertSame(first, climbed.get());
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(1, Stream.of(machine.calls.toArray()).filter("load"::equals).count());
    }
}
