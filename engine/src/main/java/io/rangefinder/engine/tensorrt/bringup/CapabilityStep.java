package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.tensorrt.bringup.Driver.Gpu;

/**
 * A GPU that TensorRT 8.6 knows and that has INT8, by the table "Hardware and Precision" of its
 * support matrix: 6.1, and 7.0 to 9.0; on tensor cores from 7.2 on.
 */
final class CapabilityStep implements Step {

    @Override
    public String name() {
        return "int8";
    }

    @Override
    public Rung climb(Machine machine, int device) {
        Gpu gpu;
        try {
            gpu = machine.driver().gpu(device);
        } catch (CudaException e) {
            return Rung.failed(
                    name(), "the driver does not describe its GPU, " + e.getMessage(), e.remedy());
        }
        int capability = 10 * gpu.major() + gpu.minor();
        String text = gpu.name() + ", compute capability " + gpu.major() + "." + gpu.minor();
        if (capability > 90) {
            return Rung.failed(
                    name(),
                    text + ", is newer than TensorRT 8.6, the last that DJL's engine can load",
                    "use backend onnxruntime on the GPU, which brings TensorRT 10");
        }
        if (capability != 61 && capability < 70) {
            return Rung.failed(
                    name(),
                    text + ", has no INT8 (6.1 has, and 7.0 and later)",
                    "use another GPU, or backend onnxruntime on the CPU");
        }
        return Rung.passed(
                name(), text + (capability < 72 ? ", without tensor cores for INT8" : ""));
    }
}
