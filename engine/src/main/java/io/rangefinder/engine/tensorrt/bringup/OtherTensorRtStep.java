package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.tensorrt.bringup.LoadedLibraries.TensorRtFile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Another TensorRT on this system: which one wins. */
final class OtherTensorRtStep implements Step {

    @Override
    public String name() {
        return "other TensorRT";
    }

    @Override
    public Rung climb(Machine machine, int device) {
        Optional<TensorRtFile> first = foreign(machine);
        if (first.isPresent()) {
            return Rung.failed(
                    name(),
                    "another TensorRT is loaded in this process, "
                            + first.get()
                            + ", and would win over Maven's",
                    "take it off LD_PRELOAD, or keep whatever else loads it out of this process");
        }
        List<TensorRtFile> installed = machine.loaded().installed();
        if (installed.isEmpty()) {
            return Rung.passed(name(), "none on this system");
        }
        return Rung.passed(
                name(),
                "Maven's wins, which is loaded by its path, over "
                        + installed.stream()
                                .map(TensorRtFile::toString)
                                .collect(Collectors.joining(", ")));
    }

    /**
     * A library of TensorRT 8 in this process that is not from the cache: what depends on it by
     * name is bound to whichever was loaded first. TensorRT 10 has other names and does no harm.
     */
    static Optional<TensorRtFile> foreign(Machine machine) {
        return machine.loaded().mapped().stream()
                .filter(file -> file.soname().endsWith(".so.8"))
                .filter(file -> !file.file().startsWith(machine.cache().folder()))
                .findFirst();
    }
}
