package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;
import java.util.List;

/** The libraries' files: extracted, whole, and of the right names and version. */
final class FilesStep implements Step {

    @Override
    public String name() {
        return "files";
    }

    @Override
    public Rung climb(Machine machine, int device) throws BrokenRungException {
        List<NativeLibrary> libraries = NativeLibrary.all();
        for (NativeLibrary library : libraries) {
            machine.cache().extract(library);
        }
        return Rung.passed(
                name(), libraries.size() + " libraries, whole, in " + machine.cache().folder());
    }
}
