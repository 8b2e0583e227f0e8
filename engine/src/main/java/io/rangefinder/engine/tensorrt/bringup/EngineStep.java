package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;

/** DJL's engine, seeing the very TensorRT that was loaded. */
final class EngineStep implements Step {

    @Override
    public String name() {
        return "DJL";
    }

    @Override
    public Rung climb(Machine machine, int device) throws BrokenRungException {
        String version = machine.engine().start();
        return version.equals(Libraries.VERSION)
                ? Rung.passed(name(), "DJL's engine runs on TensorRT " + version)
                : Rung.failed(
                        name(),
                        "DJL's engine sees TensorRT " + version + ", not " + Libraries.VERSION,
                        "keep other libraries of TensorRT out of this process");
    }
}
