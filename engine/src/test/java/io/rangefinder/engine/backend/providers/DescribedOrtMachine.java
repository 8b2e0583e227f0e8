package io.rangefinder.engine.backend.providers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stands in for a machine that isn't there: one with a GPU and all libraries, unless told else. */
final class DescribedOrtMachine implements OrtMachine {

    String system = "Linux amd64";
    Set<Provider> providers = EnumSet.allOf(Provider.class);
    Optional<Path> driver = Optional.of(Path.of("/usr/lib64/libcuda.so.1"));
    List<Path> devices = List.of(Path.of("/dev/nvidia0"));
    List<String> missing = List.of();
    Set<String> broken = new HashSet<>();
    Optional<IOException> fullDisk = Optional.empty();
    Trial.Outcome outcome = new Trial.Outcome(true, "it ran");
    Set<Provider> failing = EnumSet.noneOf(Provider.class);

    /** What was asked for, in order. */
    final List<String> calls = new ArrayList<>();

    @Override
    public String system() {
        return system;
    }

    @Override
    public Set<Provider> providers() {
        calls.add("providers");
        return providers;
    }

    @Override
    public Optional<Path> driver() {
        return driver;
    }

    @Override
    public List<Path> devices() {
        return devices;
    }

    @Override
    public LibraryFiles.Found libraries(List<GpuLibrary> libraries) throws IOException {
        calls.add("libraries");
        if (fullDisk.isPresent()) {
            throw fullDisk.get();
        }
        List<Path> files =
                libraries.stream()
                        .filter(l -> l.use() == GpuLibrary.Use.LOADED)
                        .map(l -> Path.of("/cache", l.name()))
                        .toList();
        return new LibraryFiles.Found(files, missing);
    }

    @Override
    public void load(Path library) {
        calls.add("load " + library.getFileName());
        if (broken.contains(library.getFileName().toString())) {
            throw new UnsatisfiedLinkError("wrong ELF class: ELFCLASS32");
        }
    }

    @Override
    public Trial.Outcome attempt(Provider provider, int device, List<Path> libraries) {
        calls.add("trial of " + provider.id() + " on " + device);
        return failing.contains(provider) ? new Trial.Outcome(false, "status 134") : outcome;
    }
}
