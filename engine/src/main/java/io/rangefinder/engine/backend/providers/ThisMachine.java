package io.rangefinder.engine.backend.providers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.rangefinder.engine.onnxruntime.OrtLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The machine that this process runs on. */
final class ThisMachine implements OrtMachine {

    private static final List<String> USUAL_FOLDERS =
            List.of(
                    "/usr/local/cuda/lib64",
                    "/usr/local/nvidia/lib64",
                    "/usr/lib/x86_64-linux-gnu",
                    "/usr/lib64",
                    "/usr/lib/wsl/lib");

    /** What WSL has in place of a device file for each GPU. */
    private static final Path WSL = Path.of("/dev/dxg");

    private final LibraryFiles files;

    ThisMachine(Path cache) {
        files = new LibraryFiles(ThisMachine.class.getClassLoader(), cache, folders());
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        for (String path :
                List.of(
                        Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse(""),
                        System.getProperty("java.library.path", ""))) {
            Stream.of(path.split(File.pathSeparator))
                    .filter(p -> !p.isEmpty())
                    .map(Path::of)
                    .forEach(folders::add);
        }
        USUAL_FOLDERS.stream().map(Path::of).forEach(folders::add);
        return folders;
    }

    @Override
    public String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }

    @Override
    public Set<Provider> providers() {
        OrtLibrary.environment();
        Set<OrtProvider> built = OrtEnvironment.getAvailableProviders();
        Set<Provider> providers = EnumSet.noneOf(Provider.class);
        if (built.contains(OrtProvider.TENSOR_RT)) {
            providers.add(Provider.TENSORRT);
        }
        if (built.contains(OrtProvider.CUDA)) {
            providers.add(Provider.CUDA);
        }
        return providers;
    }

    @Override
    public Optional<Path> driver() {
        return folders().stream()
                .map(f -> f.resolve("libcuda.so.1"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    @Override
    public List<Path> devices() throws IOException {
        try (Stream<Path> devices = Files.list(Path.of("/dev"))) {
            return devices.filter(
                            d -> d.equals(WSL) || d.getFileName().toString().matches("nvidia\\d+"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public LibraryFiles.Found libraries(List<GpuLibrary> libraries) throws IOException {
        return files.find(libraries);
    }

    @Override
    public void load(Path library) {
        System.load(library.toAbsolutePath().toString());
    }

    @Override
    public Trial.Outcome attempt(Provider provider, int device, List<Path> libraries)
            throws IOException {
        return TrialProcess.run(provider, device, libraries);
    }
}
