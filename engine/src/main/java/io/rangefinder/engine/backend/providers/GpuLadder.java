package io.rangefinder.engine.backend.providers;

import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What ONNX Runtime needs to run on a GPU, cheapest first: nothing is unpacked before a device is
 * there, and no provider is asked before it did its work in another process. Libraries that passed
 * are loaded into this process then.
 */
final class GpuLadder {

    private static final String DEPENDENCY =
            "depend on io.rangefinder:rangefinder-onnxruntime-gpu of type pom, and exclude"
                    + " com.microsoft.onnxruntime:onnxruntime";

    private final OrtMachine machine;
    private final Provider provider;
    private final int device;
    private final List<Rung> rungs = new ArrayList<>();
    private List<Path> libraries = List.of();

    private GpuLadder(OrtMachine machine, Provider provider, int device) {
        this.machine = machine;
        this.provider = provider;
        this.device = device;
    }

    static Ladder climb(OrtMachine machine, Provider provider, int device) {
        GpuLadder ladder = new GpuLadder(machine, provider, device);
        for (Supplier<Rung> step :
                List.<Supplier<Rung>>of(
                        ladder::system,
                        ladder::onnxRuntime,
                        ladder::driver,
                        ladder::device,
                        ladder::files,
                        ladder::trial,
                        ladder::load)) {
            Rung rung = step.get();
            ladder.rungs.add(rung);
            if (rung.outcome() == Rung.Outcome.FAILED) {
                break;
            }
        }
        return new Ladder("ONNX Runtime's provider " + provider.id(), ladder.rungs);
    }

    private Rung system() {
        String system = machine.system();
        String lower = system.toLowerCase(Locale.ROOT);
        return lower.startsWith("linux") && (lower.endsWith("amd64") || lower.endsWith("x86_64"))
                ? Rung.passed("system", system)
                : Rung.failed(
                        "system",
                        "NVIDIA's libraries on Maven Central are for Linux on x86-64, not for "
                                + system,
                        "use the CPU here");
    }

    private Rung onnxRuntime() {
        Set<Provider> built = machine.providers();
        return built.contains(provider)
                ? Rung.passed("onnxruntime", "built with " + provider.id())
                : Rung.failed(
                        "onnxruntime",
                        "the ONNX Runtime on the class path is built without " + provider.id(),
                        DEPENDENCY);
    }

    private Rung driver() {
        Optional<Path> driver = machine.driver();
        String remedy =
                "install NVIDIA's driver, 580 or newer for tensorrt and 525 for cuda, or start the"
                        + " container with --gpus all";
        if (driver.isEmpty()) {
            return Rung.failed("driver", "there is no libcuda.so.1", remedy);
        }
        return loading(driver.get())
                .map(problem -> Rung.failed("driver", problem, remedy))
                .orElseGet(() -> Rung.passed("driver", driver.get().toString()));
    }

    private Rung device() {
        String remedy =
                "make a GPU visible to this process: nvidia-smi must list it, and a container is"
                        + " started with --gpus all";
        try {
            List<Path> devices = machine.devices();
            return devices.isEmpty()
                    ? Rung.failed(
                            "device", "there is no GPU, neither /dev/nvidia0 nor WSL's", remedy)
                    : Rung.passed("device", devices.toString());
        } catch (IOException e) {
            return Rung.failed("device", "/dev can't be read (" + e.getMessage() + ")", remedy);
        }
    }

    private Rung files() {
        try {
            LibraryFiles.Found found = machine.libraries(GpuLibrary.of(provider));
            libraries = found.files();
            return found.missing().isEmpty()
                    ? Rung.passed("libraries", libraries.size() + " in " + folders())
                    : Rung.failed(
                            "libraries",
                            "neither the class path nor LD_LIBRARY_PATH has "
                                    + String.join(", ", found.missing()),
                            DEPENDENCY);
        } catch (IOException e) {
            return Rung.failed(
                    "libraries",
                    "NVIDIA's libraries can't be unpacked (" + e.getMessage() + ")",
                    "free space, or name another folder in DJL_CACHE_DIR");
        }
    }

    private String folders() {
        return libraries.stream()
                .map(l -> String.valueOf(l.getParent()))
                .distinct()
                .toList()
                .toString();
    }

    private Rung trial() {
        Trial.Outcome outcome;
        try {
            outcome = machine.attempt(provider, device, libraries);
        } catch (IOException e) {
            return Rung.failed(
                    "trial",
                    "no process for a trial can be started (" + e.getMessage() + ")",
                    "let this user start java, and write to the folder for temporary files");
        }
        return outcome.worked()
                ? Rung.passed("trial", outcome.text())
                : Rung.failed(
                        "trial",
                        "a small INT8 model fails on gpu(" + device + "): " + outcome.text(),
                        provider == Provider.TENSORRT
                                ? "TensorRT 10.15 needs a driver of version 580 or newer and a GPU"
                                        + " of compute capability 7.5 or higher; with an older"
                                        + " driver choose provider cuda"
                                : "CUDA 12.6 needs a driver of version 525 or newer, and gpu("
                                        + device
                                        + ") must be among what nvidia-smi lists");
    }

    private Rung load() {
        for (Path library : libraries) {
            Optional<String> problem = loading(library);
            if (problem.isPresent()) {
                return Rung.failed(
                        "load",
                        problem.get(),
                        "let the dependencies of one application agree on it");
            }
        }
        return Rung.passed("load", libraries.size() + " libraries");
    }

    private Optional<String> loading(Path library) {
        try {
            machine.load(library);
            return Optional.empty();
        } catch (UnsatisfiedLinkError e) {
            return Optional.of(library + " can't be loaded (" + e.getMessage() + ")");
        }
    }
}
