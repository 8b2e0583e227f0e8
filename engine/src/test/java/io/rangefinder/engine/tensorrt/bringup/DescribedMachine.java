package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.tensorrt.bringup.Driver.Gpu;
import io.rangefinder.engine.tensorrt.bringup.Driver.Memory;
import io.rangefinder.engine.tensorrt.bringup.LoadedLibraries.TensorRtFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A machine that is not there: one with all that TensorRT needs, until a test takes some of it. */
final class DescribedMachine {

    static final Path FOLDER = Path.of("/home/somebody/.javacpp/cache");

    Host host = new Host("Linux", "amd64", "64", "");
    final Set<String> lacking = new HashSet<>();
    final Map<String, Set<String>> versions =
            new TreeMap<>(
                    Map.of(
                            "javacpp", Set.of("1.5.10"),
                            "cuda", Set.of("12.3-8.9-1.5.10"),
                            "tensorrt", Set.of("8.6-1.5.10")));
    Optional<String> unwritable = Optional.empty();
    long missing = 3_000_000_000L;
    long free = 50_000_000_000L;
    final Map<String, BrokenRungException> damaged = new TreeMap<>();
    Optional<BrokenRungException> noDriver = Optional.empty();
    int driverVersion = 12_030;
    int versionAnswer;
    int initAnswer;
    int devices = 1;
    Gpu gpu = new Gpu("NVIDIA A10", 8, 6);
    int memoryAnswer;
    Memory memory = new Memory(20L << 30, 24L << 30);
    final List<TensorRtFile> mapped = new ArrayList<>();
    final List<TensorRtFile> installed = new ArrayList<>();
    List<TensorRtFile> mappedByLoading =
            List.of(
                    new TensorRtFile(
                            FOLDER.resolve("x/libnvinfer.so.8"), "libnvinfer.so.8", "8.6.1.6"));
    Optional<BrokenRungException> noLoading = Optional.empty();
    Optional<LinkageError> noLinking = Optional.empty();
    Optional<RuntimeException> surprise = Optional.empty();
    int tensorRt = 8601;
    String djl = "8.6.1";

    /** What was called of what costs time or may be dangerous. */
    final List<String> calls = new ArrayList<>();

    Machine machine() {
        return new Machine(
                host,
                new DescribedClassPath(),
                new DescribedCache(),
                new DescribedDriver(),
                new DescribedProcess(),
                new DescribedLibraries(),
                () -> {
                    calls.add("djl");
                    return djl;
                });
    }

    private final class DescribedClassPath implements ClassPath {

        @Override
        public boolean holds(String resource) {
            return lacking.stream().noneMatch(resource::endsWith);
        }

        @Override
        public Set<String> versions(String artifact) {
            return versions.get(artifact);
        }
    }

    private final class DescribedCache implements LibraryCache {

        @Override
        public Path folder() {
            return FOLDER;
        }

        @Override
        public Optional<String> unwritable() {
            return unwritable;
        }

        @Override
        public long missingBytes() {
            return missing;
        }

        @Override
        public long freeBytes() {
            return free;
        }

        @Override
        public Path extract(NativeLibrary library) throws BrokenRungException {
            calls.add("extract " + library.fileName());
            if (damaged.containsKey(library.fileName())) {
                throw damaged.get(library.fileName());
            }
            return FOLDER.resolve(library.fileName());
        }
    }

    private final class DescribedDriver implements Driver {

        @Override
        public String load() throws BrokenRungException {
            calls.add("driver");
            if (noDriver.isPresent()) {
                throw noDriver.get();
            }
            return "libcuda.so.1";
        }

        @Override
        public int version() throws CudaException {
            answer(versionAnswer);
            return driverVersion;
        }

        @Override
        public void initialize() throws CudaException {
            answer(initAnswer);
        }

        @Override
        public int devices() {
            return devices;
        }

        @Override
        public Gpu gpu(int device) {
            return gpu;
        }

        @Override
        public Memory memory(int device) throws CudaException {
            answer(memoryAnswer);
            return memory;
        }

        private static void answer(int code) throws CudaException {
            if (code != 0) {
                throw new CudaException(code);
            }
        }
    }

    private final class DescribedProcess implements LoadedLibraries {

        @Override
        public List<TensorRtFile> mapped() {
            return List.copyOf(mapped);
        }

        @Override
        public List<TensorRtFile> installed() {
            return installed;
        }
    }

    private final class DescribedLibraries implements Libraries {

        @Override
        public void load() throws BrokenRungException {
            calls.add("load");
            if (surprise.isPresent()) {
                throw surprise.get();
            }
            if (noLinking.isPresent()) {
                throw noLinking.get();
            }
            if (noLoading.isPresent()) {
                throw noLoading.get();
            }
            mapped.addAll(mappedByLoading);
        }

        @Override
        public int version() {
            return tensorRt;
        }
    }
}
