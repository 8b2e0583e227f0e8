package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;

/**
 * The driver's version against the CUDA runtime's, 12.3. By CUDA's minor version compatibility any
 * driver of the same major version runs it (525.60 or later for 12), and any later one does.
 */
final class DriverVersionStep implements Step {

    private static final int LEAST = 12_000;

    @Override
    public String name() {
        return "driver version";
    }

    @Override
    public Rung climb(Machine machine, int device) {
        int version;
        try {
            version = machine.driver().version();
        } catch (CudaException e) {
            if (e.isNoDevice()) {
                return Rung.skipped(name(), "the driver tells none: " + e.getMessage());
            }
            return Rung.failed(
                    name(), "the driver does not tell its version: " + e.getMessage(), e.remedy());
        }
        String text = version / 1000 + "." + version % 1000 / 10;
        return version < LEAST
                ? Rung.failed(
                        name(),
                        "the driver knows CUDA up to "
                                + text
                                + ", and the libraries are of CUDA 12.3, which runs on drivers for"
                                + " 12.0 or later",
                        "update NVIDIA's driver to 525.60 or later")
                : Rung.passed(name(), "CUDA " + text + " (12.0 or later is needed)");
    }
}
