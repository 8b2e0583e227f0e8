package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.tensorrt.bringup.LoadedLibraries.TensorRtFile;
import java.util.Optional;

/** TensorRT's libraries in this process, and their version. */
final class LoadStep implements Step {

    @Override
    public String name() {
        return "TensorRT";
    }

    @Override
    public Rung climb(Machine machine, int device) throws BrokenRungException {
        machine.libraries().load();
        Optional<TensorRtFile> foreign = OtherTensorRtStep.foreign(machine);
        if (foreign.isPresent()) {
            return Rung.failed(
                    name(),
                    foreign.get() + " was loaded in place of the one that Maven brought",
                    "take its folder off LD_LIBRARY_PATH");
        }
        int number = machine.libraries().version();
        String version = number / 1000 + "." + number % 1000 / 100 + "." + number % 100;
        return version.equals(Libraries.VERSION)
                ? Rung.passed(name(), version + " is loaded")
                : Rung.failed(
                        name(),
                        "TensorRT "
                                + version
                                + " is loaded, and the bindings were made for "
                                + Libraries.VERSION,
                        ClassPathStep.REMEDY + " and no other TensorRT");
    }
}
