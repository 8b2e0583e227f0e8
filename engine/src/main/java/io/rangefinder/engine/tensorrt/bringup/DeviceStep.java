package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;

/** A device of the number that is wanted. */
final class DeviceStep implements Step {

    @Override
    public String name() {
        return "device";
    }

    @Override
    public Rung climb(Machine machine, int device) {
        try {
            machine.driver().initialize();
            int count = machine.driver().devices();
            if (count == 0) {
                return Rung.failed(name(), "the driver sees no GPU", CudaError.NO_DEVICE.remedy());
            }
            if (device < 0 || device >= count) {
                return Rung.failed(
                        name(),
                        "GPU " + device + " was asked for, and the driver sees " + count,
                        "choose one of 0 to " + (count - 1) + ", or see CUDA_VISIBLE_DEVICES");
            }
            return Rung.passed(name(), "GPU " + device + " of " + count);
        } catch (CudaException e) {
            String what = e.isNoDevice() ? "the driver sees no GPU" : "the driver does not start";
            return Rung.failed(name(), what + ", " + e.getMessage(), e.remedy());
        }
    }
}
