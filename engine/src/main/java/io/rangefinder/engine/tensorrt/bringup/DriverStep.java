package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;

/** The driver's library. */
final class DriverStep implements Step {

    @Override
    public String name() {
        return "driver";
    }

    @Override
    public Rung climb(Machine machine, int device) throws BrokenRungException {
        return Rung.passed(name(), machine.driver().load() + " is loaded");
    }
}
